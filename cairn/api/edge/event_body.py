"""Events as requests carry them, one or a thousand, and the drafts that they mean."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from msgspec import Raw, Struct

from cairn.api.edge.decode import DEEPEST, below, check_properties, check_strings, decode
from cairn.api.edge.profile_body import ProfileDocument, identity, need_somebody, patch_of
from cairn.api.kernel import errors
from cairn.domains.events.contracts import ArrivedEvent
from cairn.domains.profiles.contracts import ProfilePatch

LONGEST_METRIC: Final = 127
LONGEST_UNIQUE_ID: Final = 1_000
MOST_EVENTS: Final = 1_000
EARLIEST: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
LATEST_AHEAD: Final = 366 * 24 * 3600
LARGEST_VALUE: Final = 1e12
HARMLESS_BYTES: Final = 2_000
DEFAULT_SERVICE: Final = "api"
CURRENCY: Final = re.compile("[A-Z]{3}")


class MetricAttributes(Struct, gc=False):
    name: str
    service: str | None = None


class MetricData(Struct, gc=False):
    type: Literal["metric"]
    attributes: MetricAttributes


class MetricDocument(Struct, gc=False):
    data: MetricData


class EventAttributes(Struct, gc=False):
    properties: Raw
    metric: MetricDocument
    time: str | None = None
    value: float | None = None
    value_currency: str | None = None
    unique_id: str | None = None
    backfill: bool | None = None


class SingleAttributes(EventAttributes, kw_only=True, gc=False):
    profile: ProfileDocument


class SingleData(Struct, gc=False):
    type: Literal["event"]
    attributes: SingleAttributes


class SingleBody(Struct, gc=False):
    data: SingleData


class BulkEventData(Struct, gc=False):
    type: Literal["event"]
    attributes: EventAttributes


class BulkEvents(Struct, gc=False):
    data: list[BulkEventData]


class GroupAttributes(Struct, gc=False):
    profile: ProfileDocument
    events: BulkEvents
    backfill: bool | None = None


class GroupData(Struct, gc=False):
    type: Literal["event-bulk-create"]
    attributes: GroupAttributes


class Groups(Struct, gc=False):
    data: list[GroupData]


class JobAttributes(Struct, gc=False, rename={"groups": "events-bulk-create"}):
    groups: Groups


class JobData(Struct, gc=False):
    type: Literal["event-bulk-create-job"]
    attributes: JobAttributes


class JobBody(Struct, gc=False):
    data: JobData


class GroupBody(Struct, gc=False):
    data: GroupData


SINGLE: Final = msgspec.json.Decoder(SingleBody)
JOB: Final = msgspec.json.Decoder(JobBody)
GROUP: Final = msgspec.json.Decoder(GroupBody)
# What names an event within a request: its unique_id, its metric and service, and whom it is about.
Seen = set[tuple[str, str, str, tuple[str | None, ...]]]
PROPERTIES: Final = msgspec.json.Decoder(dict[str, Any])


def single_event(content: bytes, now: int, *, trusted: bool) -> list[ArrivedEvent]:
    """The draft of one event. `now` is seconds since 1970."""
    attributes = decode(SINGLE, content).data.attributes
    check_strings(content)
    patch = somebody(attributes.profile, "/data/attributes/profile", trusted=trusted)
    try:
        return [draft_of(attributes, patch, now, backfill=False, trusted=trusted)]
    except errors.Refused as refusal:
        raise below(refusal, "/data/attributes") from None


def bulk_events(content: bytes, now: int, *, trusted: bool) -> list[ArrivedEvent]:
    """The drafts of a job of many events for many profiles; one that is wrong refuses all."""
    groups = decode(JOB, content).data.attributes.groups.data
    check_strings(content)
    at = "/data/attributes/events-bulk-create/data"
    check_number(sum([len(group.attributes.events.data) for group in groups]), at)
    seen: Seen = set()
    drafts: list[ArrivedEvent] = []
    for index, group in enumerate(groups):
        try:
            add_group(drafts, group.attributes, now, seen, trusted=trusted)
        except errors.Refused as refusal:
            raise below(refusal, f"{at}/{index}/attributes") from None
    return drafts


def group_events(content: bytes, now: int, *, trusted: bool) -> list[ArrivedEvent]:
    """The drafts of many events of one profile."""
    group = decode(GROUP, content).data.attributes
    check_strings(content)
    check_number(len(group.events.data), "/data/attributes/events/data")
    drafts: list[ArrivedEvent] = []
    try:
        add_group(drafts, group, now, set(), trusted=trusted)
    except errors.Refused as refusal:
        raise below(refusal, "/data/attributes") from None
    return drafts


def check_number(events: int, at: str) -> None:
    if not 1 <= events <= MOST_EVENTS:
        raise errors.invalid(f"A request takes 1 to {MOST_EVENTS} events, not {events}.", pointer=at)


def add_group(drafts: list[ArrivedEvent], group: GroupAttributes, now: int, seen: Seen, *, trusted: bool) -> None:
    """Adds the drafts of one profile's events. Pointers are relative to the group's attributes."""
    patch = somebody(group.profile, "/profile", trusted=trusted)
    who = (patch.id, patch.external_id, patch.email, patch.phone_number, patch.anonymous_id, patch.kx)
    backfill = bool(group.backfill)
    for index, event in enumerate(group.events.data):
        if index == 1:
            # What the request says of the profile is said with its first event; the others only name it.
            patch = identity(group.profile.data, trusted=trusted)
        try:
            draft = draft_of(event.attributes, patch, now, backfill=backfill, trusted=trusted)
        except errors.Refused as refusal:
            raise below(refusal, f"/events/data/{index}/attributes") from None
        if draft.unique_id is not None:
            key = (draft.unique_id, draft.metric, draft.service, who)
            if key in seen:
                detail = f"The unique_id {draft.unique_id!r} is in this request twice."
                raise errors.invalid(detail, pointer=f"/events/data/{index}/attributes/unique_id")
            seen.add(key)
        drafts.append(draft)


def somebody(document: ProfileDocument, at: str, *, trusted: bool) -> ProfilePatch:
    try:
        patch = patch_of(document.data, trusted=trusted, clearing=False)
        need_somebody(patch)
    except errors.Refused as refusal:
        raise below(refusal, at) from None
    return patch


def draft_of(event: EventAttributes, patch: ProfilePatch, now: int, *, backfill: bool, trusted: bool) -> ArrivedEvent:
    """One event, checked. Pointers are relative to its attributes."""
    metric = event.metric.data.attributes
    if not 1 <= len(metric.name) <= LONGEST_METRIC or metric.name.isspace():
        detail = f"A metric's name has 1 to {LONGEST_METRIC} characters."
        raise errors.invalid(detail, pointer="/metric/data/attributes/name")
    if event.unique_id is not None and len(event.unique_id) > LONGEST_UNIQUE_ID:
        raise errors.invalid(f"A unique_id has at most {LONGEST_UNIQUE_ID} characters.", pointer="/unique_id")
    if event.value is not None and not -LARGEST_VALUE < event.value < LARGEST_VALUE:
        raise errors.invalid(f"A value is a number between -{LARGEST_VALUE:g} and {LARGEST_VALUE:g}.", pointer="/value")
    check_event_properties(event.properties)
    return ArrivedEvent(
        metric=metric.name,
        profile=patch,
        properties=event.properties,
        service=service_of(metric.service, trusted=trusted),
        time=None if event.time is None else seconds_of(event.time, now),
        value=event.value,
        currency=None if event.value_currency is None else currency_of(event.value_currency),
        unique_id=event.unique_id or None,
        backfill=backfill or bool(event.backfill),
    )


def check_event_properties(given: Raw) -> None:
    """Refuses what cannot be kept. What can is kept as the bytes that were sent."""
    content = bytes(given)
    try:
        properties = PROPERTIES.decode(content)
    except msgspec.MsgspecError as problem:
        detail = str(problem).partition(" - at")[0]
        raise errors.invalid(f"Properties must be an object: {detail}", pointer="/properties") from None
    # So little cannot be too many, and so few brackets not too deep.
    if len(content) > HARMLESS_BYTES or content.count(b"{") + content.count(b"[") > DEEPEST:
        check_properties(properties, "/properties")


def service_of(service: str | None, *, trusted: bool) -> str:
    """The integration that a metric belongs to. A public key speaks for none: it must not look like our own events."""
    if not trusted or not service:
        return DEFAULT_SERVICE
    if len(service) > LONGEST_METRIC:
        raise errors.invalid(
            f"A service has at most {LONGEST_METRIC} characters.", pointer="/metric/data/attributes/service"
        )
    return service


def seconds_of(text: str, now: int) -> int:
    """Seconds since 1970 of a date, in UTC where it names no zone. Raises Refused for dates that cannot be meant."""
    try:
        moment = datetime.fromisoformat(text)
        seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise errors.invalid(f"{text[:100]!r} is not an ISO 8601 date and time.", pointer="/time") from None
    if not EARLIEST <= seconds <= now + LATEST_AHEAD:
        raise errors.invalid("A time must be after 1990 and at most one year ahead.", pointer="/time")
    return seconds


@lru_cache(maxsize=1_000)
def currency_of(text: str) -> str | None:
    code = text.strip().upper()
    if code and CURRENCY.fullmatch(code) is None:
        raise errors.invalid("A currency is a code of ISO 4217, such as USD.", pointer="/value_currency")
    return code or None
