"""The rows of an export, thousands at a time, all of one moment.

PostgreSQL shows one snapshot to the whole transaction that an export runs in; of events only those count that were
received before it began.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from cairn.domains.events import queries as events
from cairn.domains.integrations import exported_profiles
from cairn.domains.integrations.exported_profiles import Exported
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import queries as segments
from cairn.kernel.listing import And, Compare, Filter, Listing, Not, Or, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

CHUNK: Final = 5_000
EVENT_COLUMNS: Final = (
    "id",
    "metric",
    "time",
    "email",
    "phone_number",
    "external_id",
    "profile_id",
    "value",
    "currency",
)
EVENT_HEADINGS: Final = (
    "Event ID",
    "Metric",
    "Time",
    "Email",
    "Phone Number",
    "External ID",
    "Profile ID",
    "Value",
    "Currency",
    "Unique ID",
    "Properties",
)
EVENT_KINDS: Final = ("text", "text", "moment", "text", "text", "text", "text", "number", "text", "text", "text")
Rows = Iterator[list[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export: its name in an archive, its columns, and its rows in portions."""

    name: str
    headings: Sequence[str]
    ids: Sequence[str]
    kinds: Sequence[str]
    rows: Rows
    total: int


class Asked(msgspec.Struct, omit_defaults=True):
    """What an export is of, beside its kind. `where` is a filter as `packed` writes it."""

    id: str = ""
    columns: list[str] = []
    where: dict[str, Any] | None = None
    since: datetime | None = None
    until: datetime | None = None


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees one state of PostgreSQL from its first statement to its end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def tables(scope: Scope, of: str, asked: Asked, *, now: datetime) -> list[Table]:
    """The tables of an export. Raises NotFound and Invalid."""
    if of == "metric":
        return [event_table(scope, asked, now=now)]
    if of == "account":
        return [profile_table(scope, "profiles", asked), list_table(scope), event_table(scope, asked, now=now)]
    return [profile_table(scope, of, asked)]


def profile_table(scope: Scope, of: str, asked: Asked) -> Table:
    columns = exported_profiles.columns_of(asked.columns, [] if asked.columns else profiles.property_names(scope))
    numbers, total = numbers_of(scope, of, asked)
    names = {row.id: row.name for row in lists.every_list(scope)}

    def rows() -> Rows:
        for chunk in numbers:
            states = profiles.snapshots(scope, chunk)
            memberships = lists.memberships(scope, chunk)
            people = [
                Exported(state, memberships.get(number, ()), names)
                for number, state in states.items()
                if state.profile is not None
            ]
            yield [[column.read(person) for column in columns] for person in people]

    return Table(
        "profiles",
        [column.heading for column in columns],
        [column.id for column in columns],
        [column.kind for column in columns],
        rows(),
        total,
    )


def numbers_of(scope: Scope, of: str, asked: Asked) -> tuple[Iterable[list[int]], int]:
    if of == "list":
        members = lists.member_numbers(scope, [lists.get_list(scope, asked.id).id])
        return chunks(members), len(members)
    if of == "segment":
        members = [int(number) for number in segments.member_numbers(scope, asked.id)]
        return chunks(members), len(members)
    if asked.where is not None:
        return matching_numbers(scope, unpacked(asked.where)), 0
    return all_numbers(scope), profiles.count(scope)


def chunks(numbers: Sequence[int]) -> Iterator[list[int]]:
    for first in range(0, len(numbers), CHUNK):
        yield list(numbers[first : first + CHUNK])


def all_numbers(scope: Scope) -> Iterator[list[int]]:
    last = 0
    while found := profiles.numbers_after(scope, last, CHUNK):
        last = found[-1]
        yield found


def matching_numbers(scope: Scope, where: Filter) -> Iterator[list[int]]:
    page = PageRequest(size=CHUNK)
    while True:
        found = profiles.list_profiles(scope, Listing(page, Sort("id"), where))
        if found.rows:
            yield [row.number for row in found.rows]
        if found.next is None:
            return
        page = PageRequest(size=CHUNK, after=found.next)


def list_table(scope: Scope) -> Table:
    every = lists.every_list(scope)
    rows: list[Sequence[Any]] = [[row.id, row.name, row.opt_in_process, row.created] for row in every]
    headings = ("List ID", "Name", "Opt-in", "Created")
    return Table(
        "lists",
        headings,
        ("id", "name", "opt_in_process", "created"),
        ("text", "text", "text", "moment"),
        iter([rows]),
        0,
    )


def event_table(scope: Scope, asked: Asked, *, now: datetime) -> Table:
    metric = events.get_metric(scope, asked.id).number if asked.id else 0
    wanted = events.EventRange(now, metric, asked.since, asked.until)
    names = events.names_of_metrics(scope)

    def rows() -> Rows:
        place = events.BEGINNING
        while found := events.events_after(scope, wanted, place, CHUNK):
            place = found[-1].place
            people = profiles.profiles_by_numbers(scope, {row.place[0] for row in found})
            yield [event_row(row, people.get(row.place[0]), names) for row in found]

    ids = (*EVENT_COLUMNS, "unique_id", "properties")
    return Table("events", EVENT_HEADINGS, ids, EVENT_KINDS, rows(), events.count_range(scope, wanted))


def event_row(row: Any, person: Any, names: Mapping[int, tuple[str, str]]) -> list[Any]:
    properties = msgspec.json.decode(row.properties or "{}")
    return [
        str(row.place[2]),
        names.get(row.metric, ("", ""))[1],
        datetime.fromtimestamp(row.place[1], UTC),
        person.email if person else None,
        person.phone_number if person else None,
        person.external_id if person else None,
        person.id if person else None,
        row.value,
        row.currency,
        # Imported again, the event is recognised as this one.
        properties.get("$event_id") or str(row.place[2]),
        properties,
    ]


def packed(where: Filter | None) -> dict[str, Any] | None:
    """A filter as JSON, to be kept with the job."""
    match where:
        case None:
            return None
        case Compare():
            values = [value.isoformat() if isinstance(value, datetime) else value for value in where.values]
            moments = any(isinstance(value, datetime) for value in where.values)
            many = isinstance(where.value, tuple)
            return {
                "field": where.field,
                "operator": where.operator,
                "values": values,
                "many": many,
                "moments": moments,
            }
        case And(parts):
            return {"and": [packed(part) for part in parts]}
        case Or(parts):
            return {"or": [packed(part) for part in parts]}
        case Not(part):
            return {"not": packed(part)}


def unpacked(raw: Mapping[str, Any]) -> Filter:
    if "and" in raw:
        return And(tuple(unpacked(part) for part in raw["and"]))
    if "or" in raw:
        return Or(tuple(unpacked(part) for part in raw["or"]))
    if "not" in raw:
        return Not(unpacked(raw["not"]))
    values = tuple(datetime.fromisoformat(value) if raw["moments"] else value for value in raw["values"])
    return Compare(raw["field"], raw["operator"], values if raw["many"] else values[0] if values else None)
