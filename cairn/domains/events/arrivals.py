"""From an accepted event to a row: its time, value, key and id. Whatever leaves early says why."""

from decimal import Decimal
from uuid import UUID

import msgspec
import xxhash

from cairn.domains.events.contracts import Arrival, ArrivedEvent, DropReason, StoredEvent
from cairn.kernel.ids import event_uuid

MILLIONTHS = 1_000_000
VALUE_LIMIT = 10**18
EXACT = 2**52
TIME_LIMIT = 2**32
EMPTY = b"{}"
RESERVED = b'"$'


BOT_CLICK, PRIVACY_OPEN = 1, 2


class Maker(msgspec.Struct, rename={"bot": "Bot Click", "privacy": "Apple Privacy Open"}):
    """Who dealt with a message, as the event's properties say it."""

    bot: object = False
    privacy: object = False


class Row(msgspec.Struct, frozen=True, gc=False):
    """A stored event with its key, which decides whether it is a repeat."""

    key: int
    event: StoredEvent


def make_row(arrival: Arrival, metric: int) -> Row | DropReason:
    event = arrival.event
    ts = arrival.received // 1000 if event.time is None else event.time
    if not 0 < ts < TIME_LIMIT:
        return DropReason.TIME_OUT_OF_RANGE
    value = 0 if event.value is None else millionths(event.value)
    if not -VALUE_LIMIT < value < VALUE_LIMIT:
        return DropReason.VALUE_OUT_OF_RANGE
    unique_id = str(ts) if event.unique_id is None else event.unique_id
    stored = StoredEvent(
        id=make_id(ts, arrival.source),
        profile=arrival.profile,
        metric=metric,
        metric_name=event.metric,
        service=event.service,
        ts=ts,
        value=value,
        currency=event.currency or "",
        message=event.message,
        machine=machine(event),
        received=arrival.received,
        properties=shown_properties(event),
        backfill=event.backfill,
    )
    return Row(key=make_key(event.service, event.metric, unique_id), event=stored)


def millionths(value: float) -> int:
    """The value as it was written, not as binary fractions come close to it."""
    scaled = value * MILLIONTHS
    if -EXACT < scaled < EXACT:
        return round(scaled)
    return round(Decimal(repr(value)) * MILLIONTHS)


def machine(event: ArrivedEvent) -> int:
    """Which kind of program opened or clicked a message, 0 for a person."""
    if not event.message:
        return 0
    maker = msgspec.json.decode(event.properties, type=Maker)
    return BOT_CLICK if maker.bot is True else PRIVACY_OPEN if maker.privacy is True else 0


def make_id(ts: int, source: str) -> UUID:
    return event_uuid(ts * 1000, source.encode())


def make_key(service: str, metric: str, unique_id: str) -> int:
    """The same for the same event of one profile, whatever time and place it was accepted."""
    return xxhash.xxh64_intdigest(f"{service}\0{metric}\0{unique_id}".encode("utf-8", "surrogatepass"))


def shown_properties(event: ArrivedEvent) -> bytes:
    """The properties as given, with what readers expect among them: value, currency and unique id."""
    given = bytes(event.properties)
    reserved: dict[str, float | str] = {}
    if event.value is not None:
        reserved["$value"] = event.value
    if event.currency:
        reserved["$value_currency"] = event.currency
    if event.unique_id is not None:
        reserved["$event_id"] = event.unique_id
    if not reserved:
        return given
    added = msgspec.json.encode(reserved)
    if given == EMPTY or given[1:-1].isspace():
        return added
    if RESERVED in given:
        return msgspec.json.encode(msgspec.json.decode(given, type=dict[str, msgspec.Raw]) | reserved)
    return b"%b,%b" % (given[:-1], added[1:])
