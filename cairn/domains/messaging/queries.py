"""Reading the ledger, previews, the copy in the browser, and the built-in inbox."""

import email
import email.policy
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from django.db.models import Count, Q

from cairn.domains.accounts import queries as accounts
from cairn.domains.accounts.contracts import LinkParameter
from cairn.domains.messaging.actions import site
from cairn.domains.messaging.composing import Composition, content_of
from cairn.domains.messaging.contracts import Content, InboxView, MessageLink, MessageView, Preview, Progress
from cairn.domains.messaging.markup import text_of as text_of
from cairn.domains.messaging.models import InboxMessage, Message, Source, State
from cairn.domains.messaging.people import recipient_of, stranger
from cairn.domains.messaging.tracked import example
from cairn.domains.messaging.tracked import parameters_for as parameters_for
from cairn.domains.profiles import queries as profiles
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope


def tracked_examples(scope: Scope, url: str, parameters: Sequence[LinkParameter], *, now: datetime) -> tuple[str, str]:
    """A link with these parameters, as an example campaign and an example flow would carry it."""
    return example(url, parameters, "campaign", now=now), example(url, parameters, "flow", now=now)


def progress(scope: Scope, campaign_id: str, sources: Sequence[str]) -> Progress:
    """How far one campaign's messages got, by the ledger."""
    rows = (
        Message.objects.within(scope)
        .filter(source__in=sources, campaign_id=campaign_id)
        .values_list("state", "reason")
        .annotate(count=Count("id"))
    )
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for state, reason, count in rows:
        states[state] = states.get(state, 0) + count
        if state == State.SKIPPED:
            reasons[reason] = reasons.get(reason, 0) + count
    return Progress(
        recipients=sum(states.values()),
        queued=states.get(State.QUEUED, 0) + states.get(State.HANDED_OVER, 0),
        sent=states.get(State.ACCEPTED, 0),
        failed=states.get(State.FAILED, 0),
        skipped=states.get(State.SKIPPED, 0),
        skipped_reasons=reasons,
    )


def is_finished(scope: Scope, source: str) -> bool:
    """Whether nothing of a source is queued or in a sender's hand."""
    open_states = (State.QUEUED, State.HANDED_OVER)
    return not Message.objects.within(scope).filter(source=source, state__in=open_states).exists()


def sent_any(scope: Scope, source: str) -> bool:
    return Message.objects.within(scope).filter(source=source, state__in=(State.ACCEPTED, State.FAILED)).exists()


def message_view(row: Message) -> MessageView:
    return MessageView(
        id=row.id,
        campaign_id=row.campaign_id,
        message_id=row.source,
        profile_id=row.profile_id,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        detail=row.detail,
        email=row.email,
        queued_at=row.queued_at,
        sent_at=row.done_at if row.state == State.ACCEPTED else None,
    )


def list_messages(scope: Scope, listing: Listing) -> Page[MessageView]:
    def of_campaign(compare: Compare) -> Q:
        # By source, which the ledger's key begins with.
        sources = Source.objects.within(scope).filter(campaign_id=compare.value).values_list("id", flat=True)
        return Q(source__in=list(sources), campaign_id=compare.value)

    columns: Columns = {
        "campaign_id": of_campaign,
        "message_id": "source",
        "profile_id": lambda compare: Q(
            number__in=profiles.numbers_ever(scope, [str(value) for value in compare.values])
        ),
        "state": "state",
        "reason": "reason",
        "email": "email",
    }
    rows = Message.objects.within(scope).filter(matching(listing.where, columns))
    return paged(rows, listing, message_view)


def get_message(scope: Scope, message_id: str) -> MessageView:
    """Raises NotFound."""
    return message_view(Message.objects.of(scope, message_id))


def preview(scope: Scope, *, content: Content, profile_id: str | None, now: datetime) -> Preview:
    """The message as a profile (or somebody unknown) would get it; what is wrong with it is told in `errors`. Raises
    NotFound for the profile."""
    who = recipient_of(profiles.get_profile(scope, profile_id)) if profile_id else stranger("")
    try:
        return Composition(scope, "preview", content, site()).preview(who, now=now)
    except Invalid as error:
        return Preview("", "", "", "", (f"{error.pointer}: {error.detail}" if error.pointer else error.detail,))


def web_view(link: MessageLink) -> str | None:
    """The HTML of a message for the browser; None when the message or its recipient is gone."""
    try:
        scope = accounts.scope_of(link.account_id)
        source = Source.objects.of(scope, link.message)
        profile = profiles.get_profile(scope, link.profile_id)
        return Composition(scope, source.id, content_of(source.content), site()).web_page(link, recipient_of(profile))
    except (NotFound, Invalid):
        return None


def to_condition(compare: Compare) -> Q:
    return Q(to__in=[str(value).strip().lower() for value in compare.values])


def list_inbox(scope: Scope, listing: Listing) -> Page[InboxView]:
    columns: Columns = {"to": to_condition, "subject": "subject", "received_at": "received_at"}
    return paged(InboxMessage.objects.within(scope).filter(matching(listing.where, columns)), listing, inbox_view)


def get_inbox_message(scope: Scope, message_id: str) -> InboxView:
    """Raises NotFound."""
    return inbox_view(InboxMessage.objects.of(scope, message_id))


def inbox_view(row: InboxMessage) -> InboxView:
    parsed = email.message_from_bytes(bytes(row.content), policy=email.policy.default)
    return InboxView(
        id=row.id,
        to=row.to,
        sender=row.sender,
        subject=row.subject,
        html=body_of(parsed, "html"),
        text=body_of(parsed, "plain"),
        headers={name: str(value) for name, value in parsed.items()},
        received_at=row.received_at,
    )


def body_of(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content())
