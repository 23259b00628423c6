"""Writing campaigns: make, change, copy, send, call off."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from cairn.domains.campaigns import audience, definitions, queries, scheduling
from cairn.domains.campaigns.contracts import (
    CHANNELS,
    EMAIL,
    Audiences,
    CampaignMessageView,
    CampaignView,
    Estimation,
    MessageDraft,
)
from cairn.domains.campaigns.models import ACTIVE, WAITING, Campaign, CampaignMessage, Status
from cairn.domains.images import queries as images
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging import queries as ledger
from cairn.domains.tags import actions as tags
from cairn.domains.templates import actions as templates
from cairn.kernel import ids
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

AT: Final = "/data/attributes/"
TAGGED: Final = "campaign"


def create_campaign(
    scope: Scope,
    *,
    name: str,
    audiences: Audiences,
    messages: Sequence[MessageDraft],
    send_strategy: Mapping[str, Any] | None = None,
    send_options: Mapping[str, Any] | None = None,
    tracking_options: Mapping[str, Any] | None = None,
    now: datetime,
) -> CampaignView:
    """A draft with its message. Raises Invalid, NotFound for an image of another account."""
    if len(messages) != 1:
        raise Invalid("A campaign has one message.", pointer=f"{AT}campaign-messages/data")
    draft = messages[0]
    channel = str(draft.definition.get("channel"))
    if channel not in CHANNELS:
        raise Invalid(f"'channel' must be one of {', '.join(CHANNELS)}.", pointer=f"{AT}campaign-messages/data/0")
    strategy = dict(send_strategy or {"method": "immediate"})
    scheduling.check(strategy, channel)
    definitions.check(draft.definition, f"{AT}campaign-messages/data/0/attributes/definition")
    audience.check(scope, audiences.included, audiences.excluded)
    if draft.image_id:
        images.get_image(scope, draft.image_id)
    row = Campaign(
        account_id=scope.account_id,
        id=ids.ulid(),
        name=named(name),
        channel=channel,
        included=list(audiences.included),
        excluded=list(audiences.excluded),
        send_options={"use_smart_sending": True, **filled(send_options)},
        tracking_options=dict(tracking_options or {}),
        send_strategy=strategy,
        created_at=now,
        updated_at=now,
    )
    message = CampaignMessage(
        account_id=scope.account_id,
        id=ids.ulid(),
        campaign_id=row.id,
        definition=dict(draft.definition),
        image_id=draft.image_id,
        created_at=now,
        updated_at=now,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        message.save(force_insert=True)
    return queries.get_campaign(scope, row.id)


def update_campaign(
    scope: Scope,
    campaign_id: str,
    *,
    name: str | None = None,
    included: Sequence[str] | None = None,
    excluded: Sequence[str] | None = None,
    send_strategy: Mapping[str, Any] | None = None,
    send_options: Mapping[str, Any] | None = None,
    tracking_options: Mapping[str, Any] | None = None,
    now: datetime,
) -> CampaignView:
    """Changes a draft; what is None stays. A name may change at any time. Raises NotFound, Invalid, Conflict."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        if name is not None:
            row.name = named(name)
        if any(one is not None for one in (included, excluded, send_strategy, send_options, tracking_options)):
            only_draft(row)
        if included is not None or excluded is not None:
            row.included = list(row.included if included is None else included)
            row.excluded = list(row.excluded if excluded is None else excluded)
            audience.check(scope, row.included, row.excluded)
        if send_strategy is not None:
            scheduling.check(send_strategy, row.channel)
            row.send_strategy = dict(send_strategy)
        if send_options is not None:
            row.send_options = {**row.send_options, **filled(send_options)}
        if tracking_options is not None:
            row.tracking_options = {**row.tracking_options, **tracking_options}
        row.updated_at = now
        save(row, "name", "included", "excluded", "send_strategy", "send_options", "tracking_options")
    return queries.get_campaign(scope, campaign_id)


def delete_campaign(scope: Scope, campaign_id: str) -> None:
    """Raises NotFound, and Conflict while it is being sent."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        if row.status in ACTIVE and row.status not in WAITING:
            raise Conflict("A campaign cannot be deleted while it is being sent. Cancel it first.")
        messages = CampaignMessage.objects.within(scope).filter(campaign_id=campaign_id)
        for template_id in messages.exclude(template_id="").values_list("template_id", flat=True):
            templates.delete_template(scope, template_id)
        messages.delete()
        Campaign.objects.within(scope).filter(id=campaign_id).delete()
        tags.forget(scope, object_type=TAGGED, object_ids=[campaign_id])


def clone_campaign(scope: Scope, campaign_id: str, *, name: str | None, now: datetime) -> CampaignView:
    """A draft of its own, with copies of messages, templates and tags. Raises NotFound."""
    source = Campaign.objects.of(scope, campaign_id)
    copy = Campaign(
        account_id=scope.account_id,
        id=ids.ulid(),
        name=named(name) if name else f"Clone of {source.name}",
        channel=source.channel,
        included=source.included,
        excluded=source.excluded,
        send_options=source.send_options,
        tracking_options=source.tracking_options,
        send_strategy=source.send_strategy,
        created_at=now,
        updated_at=now,
    )
    with transaction.atomic():
        copy.save(force_insert=True)
        for message in CampaignMessage.objects.within(scope).filter(campaign_id=campaign_id):
            template_id = message.template_id
            if template_id:
                template_id = templates.clone_template(scope, template_id, private=True, now=now).id
            CampaignMessage(
                account_id=scope.account_id,
                id=ids.ulid(),
                campaign_id=copy.id,
                definition=message.definition,
                template_id=template_id,
                image_id=message.image_id,
                created_at=now,
                updated_at=now,
            ).save(force_insert=True)
        tags.copy_tags(scope, object_type=TAGGED, source_id=campaign_id, target_id=copy.id)
    return queries.get_campaign(scope, copy.id)


def update_message(
    scope: Scope,
    message_id: str,
    *,
    definition: Mapping[str, Any] | None = None,
    image_id: str | None = None,
    now: datetime,
) -> CampaignMessageView:
    """Changes a draft's message; content fields that are not named stay. Raises NotFound, Invalid, Conflict."""
    with transaction.atomic():
        message = CampaignMessage.objects.of(scope, message_id)
        only_draft(locked(scope, message.campaign_id))
        if definition is not None:
            if definition.get("channel", message.definition.get("channel")) != message.definition.get("channel"):
                raise Invalid("A message keeps its channel.", pointer=f"{AT}definition/channel")
            after = definitions.merged(message.definition, definition)
            definitions.check(after, f"{AT}definition")
            message.definition = after
        if image_id is not None:
            if message.definition.get("channel") == EMAIL:
                raise Invalid("Only mobile push and SMS messages carry an image.", pointer="/data")
            message.image_id = images.get_image(scope, image_id).id
        message.updated_at = now
        CampaignMessage.objects.within(scope).filter(id=message_id).update(
            definition=message.definition, image_id=message.image_id, updated_at=now
        )
    return queries.get_message(scope, message_id)


def assign_template(scope: Scope, message_id: str, *, template_id: str, now: datetime) -> CampaignMessageView:
    """Gives an email message a private copy of a template. Raises NotFound, Invalid, Conflict."""
    with transaction.atomic():
        message = CampaignMessage.objects.of(scope, message_id)
        only_draft(locked(scope, message.campaign_id))
        if message.definition.get("channel") != EMAIL:
            raise Invalid("Only email messages have a template.", pointer="/data/relationships/template")
        copy = templates.clone_template(scope, template_id, private=True, now=now)
        CampaignMessage.objects.within(scope).filter(id=message_id).update(template_id=copy.id, updated_at=now)
        if message.template_id:
            templates.delete_template(scope, message.template_id)
    return queries.get_message(scope, message_id)


def send_campaign(scope: Scope, campaign_id: str, *, now: datetime) -> CampaignView:
    """Hands a draft to the scheduler. Raises Invalid with what is missing, Conflict when it was sent already."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        only_draft(row)
        if row.channel != EMAIL:
            raise Invalid(f"Campaigns to {row.channel} cannot be sent yet: no provider is configured.")
        audience.check(scope, row.included, row.excluded)
        for message in CampaignMessage.objects.within(scope).filter(campaign_id=campaign_id):
            messaging.check(scope, definitions.content_of(scope, row, message))
        row.send_time = row.try_at = scheduling.start(row.send_strategy, now=now)
        row.status = Status.SCHEDULED if row.send_time > now else Status.PREPARING
        row.scheduled_at = row.updated_at = now
        row.reason = ""
        save(row, "send_time", "try_at", "status", "scheduled_at", "reason")
    return queries.get_campaign(scope, campaign_id)


def record_as_sent(scope: Scope, campaign_id: str, *, sent_at: datetime, recipients: int) -> None:
    """Notes that a draft went out elsewhere, before it was known here. Raises NotFound, Conflict."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        only_draft(row)
        row.status = Status.SENT
        row.created_at = row.scheduled_at = row.send_time = row.updated_at = sent_at
        row.total = row.added = recipients
        row.progress = {"recipients": recipients, "sent": recipients}
        save(row, "status", "created_at", "scheduled_at", "send_time", "total", "added", "progress")


def cancel_campaign(scope: Scope, campaign_id: str, *, now: datetime, drafts: bool = False) -> None:
    """For good. What already left stays sent, the rest is skipped. `drafts` may be cancelled, too, where that is asked
    for. Raises NotFound, Conflict once all is sent."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        is_draft = row.status == Status.DRAFT
        if row.status not in ACTIVE and not (drafts and is_draft):
            raise Conflict(f"A campaign with status {row.status} cannot be cancelled.")
        sources = list(
            CampaignMessage.objects.within(scope).filter(campaign_id=campaign_id).values_list("id", flat=True)
        )
        began = row.status not in WAITING and not is_draft
        for source in sources:
            messaging.call_off(scope, source=source, reason="cancelled", now=now)
        row.status, row.updated_at, row.recipients = Status.CANCELLED, now, None
        row.progress = msgspec.to_builtins(ledger.progress(scope, campaign_id, sources)) if began else None
        row.reason = "Cancelled by a user."
        save(row, "status", "recipients", "progress", "reason")


def revert_campaign(scope: Scope, campaign_id: str, *, now: datetime) -> None:
    """Back to draft, before sending has begun. Raises NotFound, Conflict."""
    with transaction.atomic():
        row = locked(scope, campaign_id)
        if row.status not in WAITING:
            raise Conflict(f"A campaign with status {row.status} cannot be reverted to a draft.")
        row.status, row.updated_at = Status.DRAFT, now
        row.send_time = row.scheduled_at = row.try_at = None
        save(row, "status", "send_time", "scheduled_at", "try_at")


def estimate_recipients(scope: Scope, campaign_id: str, *, now: datetime) -> Estimation:
    """Counts who would get the campaign now. Raises NotFound."""
    row = Campaign.objects.of(scope, campaign_id)
    count = audience.estimate(scope, row.included, row.excluded, now=now)
    Campaign.objects.within(scope).filter(id=campaign_id).update(estimate=count)
    return Estimation(campaign_id, count)


def locked(scope: Scope, campaign_id: str) -> Campaign:
    """The campaign, held by this transaction. Raises NotFound."""
    Campaign.objects.of(scope, campaign_id)
    return Campaign.objects.within(scope).select_for_update().defer("recipients").get(id=campaign_id)


def save(row: Campaign, *names: str) -> None:
    fields = {name: getattr(row, name) for name in (*names, "updated_at")}
    Campaign.objects.filter(account_id=row.account_id, id=row.id).update(**fields)


def only_draft(row: Campaign) -> None:
    if row.status != Status.DRAFT:
        raise Conflict(f"A campaign with status {row.status} cannot be changed. Revert it to a draft first.")


def named(name: str) -> str:
    if not name.strip() or len(name) > 1000:
        raise Invalid("'name' must have 1 to 1000 characters.", pointer=f"{AT}name")
    return name


def filled(options: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (options or {}).items() if value is not None}
