"""Reading campaigns, their messages, their send jobs and estimates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from cairn.domains.campaigns import definitions
from cairn.domains.campaigns.contracts import (
    Audiences,
    CampaignMessageView,
    CampaignView,
    Estimation,
    JobStatus,
    SendJob,
)
from cairn.domains.campaigns.groups import segment_uses as segment_uses
from cairn.domains.campaigns.models import ACTIVE, Campaign, CampaignMessage, Status
from cairn.domains.messaging import queries as messaging
from cairn.domains.messaging.contracts import Content, Progress
from cairn.domains.templates import queries as templates
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.errors import NotFound
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

JOBS: Final = {
    Status.SCHEDULED: JobStatus.QUEUED,
    Status.PREPARING: JobStatus.QUEUED,
    Status.ADDING: JobStatus.PROCESSING,
    Status.SENDING: JobStatus.PROCESSING,
    Status.SENDING_PARTS: JobStatus.PROCESSING,
    Status.SENT: JobStatus.COMPLETE,
}
UNDER_WAY: Final = (Status.ADDING, Status.SENDING, Status.SENDING_PARTS)


def needed_segments(scope: Scope) -> Mapping[str, str]:
    """Ids of what campaigns that are scheduled or being sent go to or leave out, with the word that says so."""
    rows = Campaign.objects.within(scope).filter(status__in=ACTIVE).values_list("included", "excluded")
    return {group_id: "campaign" for included, excluded in rows for group_id in (*included, *excluded)}


def progress_of(scope: Scope, row: Campaign) -> Progress | None:
    """Counted while messages leave, remembered afterwards."""
    kept = msgspec.convert(row.progress, Progress) if row.progress is not None else None
    # A campaign cancelled in full flight still had messages on their way when its count was kept.
    if row.status not in UNDER_WAY and (kept is None or kept.queued == 0):
        return kept
    sources = CampaignMessage.objects.within(scope).filter(campaign_id=row.id).values_list("id", flat=True)
    return messaging.progress(scope, row.id, list(sources))


def view(scope: Scope, row: Campaign) -> CampaignView:
    return CampaignView(
        id=row.id,
        name=row.name,
        channel=row.channel,
        status=row.status,
        reason=row.reason,
        archived=row.archived,
        audiences=Audiences(tuple(row.included), tuple(row.excluded)),
        send_options=row.send_options,
        tracking_options=row.tracking_options,
        send_strategy=row.send_strategy,
        created_at=row.created_at,
        updated_at=row.updated_at,
        scheduled_at=row.scheduled_at,
        send_time=row.send_time,
        progress=progress_of(scope, row),
    )


def message_view(row: CampaignMessage, campaign: Campaign) -> CampaignMessageView:
    return CampaignMessageView(
        id=row.id,
        campaign_id=row.campaign_id,
        definition=row.definition,
        template_id=row.template_id,
        image_id=row.image_id,
        send_times=definitions.send_times(campaign.send_strategy, campaign.send_time),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def list_campaigns(scope: Scope, listing: Listing) -> Page[CampaignView]:
    columns = {
        "id": "id",
        "messages.channel": "channel",
        "name": "name",
        "status": "status",
        "archived": "archived",
        "created_at": "created_at",
        "scheduled_at": "scheduled_at",
        "updated_at": "updated_at",
    }
    rows = Campaign.objects.within(scope).filter(matching(listing.where, columns)).defer("recipients")
    return paged(rows, listing, lambda row: view(scope, row))


def get_campaign(scope: Scope, campaign_id: str) -> CampaignView:
    """Raises NotFound."""
    return view(scope, Campaign.objects.of(scope, campaign_id))


def get_campaigns(scope: Scope, ids: Sequence[str]) -> Sequence[CampaignView]:
    return [view(scope, row) for row in Campaign.objects.within(scope).filter(id__in=ids).defer("recipients")]


def get_message(scope: Scope, message_id: str) -> CampaignMessageView:
    """Raises NotFound."""
    for found in get_messages(scope, [message_id]):
        return found
    raise NotFound(f"A campaign message with id {message_id} does not exist.")


def get_messages(scope: Scope, ids: Sequence[str]) -> Sequence[CampaignMessageView]:
    rows = list(CampaignMessage.objects.within(scope).filter(id__in=ids).order_by("id"))
    wanted = {row.campaign_id for row in rows}
    campaigns = {one.id: one for one in Campaign.objects.within(scope).filter(id__in=wanted).defer("recipients")}
    return [message_view(row, campaigns[row.campaign_id]) for row in rows if row.campaign_id in campaigns]


def message_ids_of(scope: Scope, campaigns: Sequence[CampaignView]) -> Mapping[str, Sequence[str]]:
    """Campaign id to its messages' ids."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = CampaignMessage.objects.within(scope).filter(campaign_id__in=[one.id for one in campaigns])
    for campaign_id, message_id in rows.order_by("id").values_list("campaign_id", "id"):
        found[campaign_id].append(message_id)
    return found


def names_by_message(scope: Scope, message_ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Message id to its campaign's id and name, for reports."""
    rows = CampaignMessage.objects.within(scope).filter(id__in=message_ids).values_list("id", "campaign_id")
    campaign_ids = dict(rows)
    names = dict(Campaign.objects.within(scope).filter(id__in=campaign_ids.values()).values_list("id", "name"))
    return {one: (campaign, names.get(campaign, "")) for one, campaign in campaign_ids.items()}


def mentioning(scope: Scope, root: str, name: str, *, templates_with: Sequence[str]) -> list[tuple[str, str]]:
    """Ids and names of the campaigns that show a property: in a message's own words, or by one of these templates."""
    rows = CampaignMessage.objects.within(scope).values_list("campaign_id", "template_id", "definition")
    ids = {
        campaign_id
        for campaign_id, template_id, definition in rows.iterator(chunk_size=500)
        if template_id in templates_with or templates.mentions(msgspec.json.encode(definition).decode(), root, name)
    }
    return list(Campaign.objects.within(scope).filter(id__in=ids).values_list("id", "name"))


def get_send_job(scope: Scope, campaign_id: str) -> SendJob:
    """Raises NotFound for a campaign that was never set to be sent."""
    row = Campaign.objects.of(scope, campaign_id)
    if row.status == Status.DRAFT:
        raise NotFound(f"A campaign send job with id {campaign_id} does not exist.")
    return SendJob(row.id, JOBS.get(Status(row.status), JobStatus.CANCELLED))


def get_estimation(scope: Scope, campaign_id: str) -> Estimation:
    """Raises NotFound where nothing was estimated."""
    row = Campaign.objects.of(scope, campaign_id)
    if row.estimate is None:
        raise NotFound(f"A campaign recipient estimation with id {campaign_id} does not exist.")
    return Estimation(row.id, row.estimate)


def get_estimation_job(scope: Scope, campaign_id: str) -> SendJob:
    """Raises NotFound where nothing was estimated."""
    return SendJob(get_estimation(scope, campaign_id).id, JobStatus.COMPLETE)


def content_of(scope: Scope, message_id: str) -> Content:
    """What a message would send now, for previews and tests. Raises NotFound, Invalid where something is missing."""
    message = CampaignMessage.objects.of(scope, message_id)
    return definitions.content_of(scope, Campaign.objects.of(scope, message.campaign_id), message)
