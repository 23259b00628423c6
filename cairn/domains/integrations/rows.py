"""From a row of a file to what it says of a person, by a mapping; or to the reason why it cannot be taken."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from cairn.domains.events.contracts import EventDraft
from cairn.domains.integrations import values
from cairn.domains.integrations.mapping import POINTER, ColumnRule, ImportMapping
from cairn.domains.integrations.tables.reading import Broken, Row
from cairn.domains.integrations.tables.writing import FORMULA
from cairn.domains.integrations.values import Wrong
from cairn.domains.profiles.contracts import NEVER_SUBSCRIBED, SUBSCRIBED, ImportedPerson, ImportedWish, ProfilePatch
from cairn.kernel.errors import Invalid

METHOD: Final = "MANUAL_IMPORT"
PLAIN: Final = frozenset({"number", "boolean", "date"})
REMEMBERED: Final = 4096
Value = TypeVar("Value")


class Said(msgspec.Struct, gc=False):
    """What one row says; `lists` are ids of lists that the person joins."""

    person: ImportedPerson
    lists: list[str] = []
    event: EventDraft | None = None


class Refused(msgspec.Struct, frozen=True):
    """Why a row is not taken, and the column to mend."""

    reason: str
    column: str = ""


class Draft(msgspec.Struct, gc=False):
    """A row being read."""

    patch: ProfilePatch
    wishes: dict[str, str] = {}
    dates: dict[str, datetime] = {}
    methods: dict[str, str] = {}
    sources: dict[str, str] = {}
    suppression: str = ""
    suppressed_at: datetime | None = None
    lists: list[str] = []
    event: dict[str, Any] = {}
    properties: dict[str, Any] = {}


Put = Callable[[Draft, Any], None]


def remembering(reads: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """The same, quicker: the cells of a column repeat each other. For values that nobody changes later."""
    known = lru_cache(REMEMBERED)(reads)
    return lambda cell: known(cell) if type(cell) is str else reads(cell)


class RowReader:
    """Reads rows by one mapping. Making it once makes each row cheap. Raises Invalid for an unknown time zone.

    `accepted` is when the file came, in milliseconds since 1970: whoever is deleted after it does not come back by it.
    """

    def __init__(
        self,
        mapping: ImportMapping,
        columns: Sequence[str],
        *,
        lists: Mapping[str, str],
        of_events: bool,
        accepted: int,
    ) -> None:
        self.mapping = mapping
        self.accepted = accepted
        self.of_events = of_events
        self.lists = lists
        self.day_first = mapping.date_order == "day_first"
        try:
            self.zone = ZoneInfo(mapping.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise Invalid(f"There is no time zone {mapping.time_zone!r}.", pointer=f"{POINTER}/time_zone") from None
        self.moment = remembering(partial(values.moment, day_first=self.day_first, zone=self.zone))
        places = {name: place for place, name in enumerate(columns)}
        used = [rule for rule in mapping.columns if rule.target != "ignore"]
        self.columns = [rule.column for rule in used]
        self.puts: list[tuple[int, Put]] = [(places[rule.column], self.put_of(rule)) for rule in used]

    def read(self, row: Row) -> Said | Refused:
        """A blank cell says nothing: it never clears what is known."""
        if isinstance(row, Broken):
            return Refused(row.reason)
        draft = Draft(ProfilePatch(accepted=self.accepted))
        at = 0
        try:
            for at, (place, put) in enumerate(self.puts):  # noqa: B007 - a refusal names the column it stopped at.
                cell = row[place]
                if type(cell) is str:
                    cell = cell.strip()
                    if cell[:1] == "'" and FORMULA.match(cell, 1):
                        # So our own files keep spreadsheets from running what begins like a formula.
                        cell = cell[1:]
                    if not cell:
                        continue
                elif cell is None:
                    continue
                put(draft, cell)
        except Wrong as problem:
            return Refused(str(problem), self.columns[at])
        patch = draft.patch
        if patch.email is None and patch.phone_number is None and patch.external_id is None:
            return Refused("The row names nobody: no email address, no phone number, no external id.")
        return self.said(draft)

    def said(self, draft: Draft) -> Said | Refused:
        wishes: list[ImportedWish] = []
        for channel, consent in draft.wishes.items():
            if consent != NEVER_SUBSCRIBED:
                wishes.append(ImportedWish(channel, consent, draft.dates.get(channel)))
        for channel, at in draft.dates.items():
            if channel not in draft.wishes:
                # A date alone says that somebody agreed then.
                wishes.append(ImportedWish(channel, SUBSCRIBED, at))
        if self.mapping.consent:
            wishes += [ImportedWish(channel, SUBSCRIBED, None) for channel in self.undated(draft)]
        for wish in wishes if draft.methods or draft.sources else ():
            source = draft.sources.get(wish.channel, "")
            # A source without a method is where this import has the consent from.
            wish.method = draft.methods.get(wish.channel, "") or (METHOD if source else "")
            wish.method_detail = source
        person = ImportedPerson(draft.patch, wishes, draft.suppression, draft.suppressed_at)
        said = Said(person, [*self.mapping.list_ids, *draft.lists])
        return self.with_event(said, draft) if self.of_events else said

    def undated(self, draft: Draft) -> list[str]:
        """Channels for which the whole file agreed, and for which the row has nothing else to say and an address."""
        has = {"email": draft.patch.email, "sms": draft.patch.phone_number}
        return [
            channel
            for channel in self.mapping.consent
            if channel not in draft.wishes and channel not in draft.dates and has.get(channel.partition(".")[0])
        ]

    def with_event(self, said: Said, draft: Draft) -> Said | Refused:
        metric = str(draft.event.get("metric") or self.mapping.metric).strip()
        if not 0 < len(metric) <= 128:
            return Refused("The row names no metric.")
        if "time" not in draft.event:
            return Refused("The row has no date.")
        at = draft.event["time"]
        value = draft.event.get("value")
        said.event = EventDraft(
            metric=metric,
            profile=said.person.patch,
            properties=draft.properties,
            time=int(at.timestamp()),
            value=None if value is None else float(value),
            currency=str(draft.event.get("value_currency") or self.mapping.currency)[:3].upper() or None,
            unique_id=str(draft.event.get("unique_id") or fingerprint(metric, at, value, draft)),
            backfill=True,
        )
        return said

    def put_of(self, rule: ColumnRule) -> Put:
        target, _, part = rule.target.partition(":")
        head, _, name = target.partition(".")
        if head == "event":
            return self.event_put(name, rule)
        if head == "location":
            return location_put(name)
        if target == "property":
            return property_put(rule.name.strip(), self.property_reader(rule))
        if part:
            return self.consent_put(target, part)
        makers: dict[str, Put] = {
            "email": put_email,
            "phone_number": self.put_phone,
            "external_id": put_external_id,
            "list": self.put_list,
            "suppression": put_suppression,
            "suppressed_at": self.put_suppressed_at,
        }
        return makers.get(target) or attribute_put(target)

    def property_reader(self, rule: ColumnRule) -> Callable[[Any], Any]:
        reads = values.reader_of(rule.type, day_first=self.day_first, zone=self.zone)
        return remembering(reads) if rule.type in PLAIN else reads

    def put_phone(self, draft: Draft, cell: Any) -> None:
        draft.patch.phone_number = values.phone(cell, self.mapping.phone_country)

    def put_suppressed_at(self, draft: Draft, cell: Any) -> None:
        draft.suppressed_at = self.moment(cell)

    def put_list(self, draft: Draft, cell: Any) -> None:
        for name in values.listed(cell):
            list_id = self.lists.get(str(name).lower())
            if list_id is None:
                raise Wrong(f"There is no list named {str(name)[:80]!r}.")
            draft.lists.append(list_id)

    def consent_put(self, target: str, channel: str) -> Put:
        wish, moment = remembering(values.wish), self.moment

        def put_wish(draft: Draft, cell: Any) -> None:
            draft.wishes[channel] = wish(cell)

        def put_date(draft: Draft, cell: Any) -> None:
            draft.dates[channel] = moment(cell)

        def put_method(draft: Draft, cell: Any) -> None:
            draft.methods[channel] = values.text(cell)[:64]

        def put_source(draft: Draft, cell: Any) -> None:
            draft.sources[channel] = values.text(cell)[:200]

        return {
            "consent": put_wish,
            "consented_at": put_date,
            "consent_method": put_method,
            "consent_source": put_source,
        }[target]

    def event_put(self, name: str, rule: ColumnRule) -> Put:
        if name == "property":
            reads = self.property_reader(rule)

            def put_property(draft: Draft, cell: Any) -> None:
                draft.properties[rule.name.strip()] = reads(cell)

            return put_property
        kinds: dict[str, Callable[[Any], Any]] = {
            "time": self.moment,
            "value": values.number,
        }
        read_cell: Callable[[Any], Any] = kinds.get(name) or values.text

        def put(draft: Draft, cell: Any) -> None:
            draft.event[name] = read_cell(cell)

        return put


def put_email(draft: Draft, cell: Any) -> None:
    draft.patch.email = values.email(cell)


def put_external_id(draft: Draft, cell: Any) -> None:
    draft.patch.external_id = values.text(cell)[:255]


def put_suppression(draft: Draft, cell: Any) -> None:
    draft.suppression = values.reason(cell) or ""


def attribute_put(name: str) -> Put:
    def put(draft: Draft, cell: Any) -> None:
        draft.patch.attributes[name] = cell if type(cell) is str else values.text(cell)

    return put


def location_put(name: str) -> Put:
    def put(draft: Draft, cell: Any) -> None:
        draft.patch.location[name] = cell if type(cell) is str else values.text(cell)

    return put


def property_put(name: str, reads: Callable[[Any], Any]) -> Put:
    def put(draft: Draft, cell: Any) -> None:
        draft.patch.properties[name] = reads(cell)

    return put


def fingerprint(metric: str, at: datetime, value: Any, draft: Draft) -> str:
    """The id of an event without one: the same row means the same event, however often it is imported."""
    patch = draft.patch
    said = [metric, at.isoformat(), value, patch.external_id, patch.email, patch.phone_number, draft.properties]
    return "import:" + hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=16).hexdigest()
