"""Reading and writing people by the thousand: a handful of statements, whatever the size of the batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import connection

from cairn.domains.profiles import merging, touching
from cairn.domains.profiles.identity import MERGED, POINTERS, PROMISED, Asked, Key, Person, World
from cairn.domains.profiles.patching import STANDARD, Record
from cairn.infra.postgres import copying, outbox
from cairn.infra.postgres.arrays import number_array
from cairn.infra.postgres.copying import Copies
from cairn.kernel.scope import Scope

SQL: Final = Path(__file__).with_name("sql")
RECORD: Final = msgspec.json.Decoder(tuple[int, Record])
EMPTY: Final = ("",) * len(STANDARD)
COLUMNS: Final = (
    "id",
    "number",
    "external_id",
    "email",
    "phone_number",
    "location",
    "properties",
    "created",
    *STANDARD,
)
MERGED_FACT: Final = "profiles.merged"
DELETED_FACT: Final = "profiles.deleted"
TURN = """
INSERT INTO profiles_turn AS mine (account_id, writes) VALUES (%s, 1)
ON CONFLICT (account_id) DO UPDATE SET writes = mine.writes + 1 RETURNING writes
"""
NUMBER = (
    "UPDATE accounts_account SET last_profile_number = last_profile_number + %s "
    "WHERE id = %s RETURNING last_profile_number"
)
SHOWN = """
SELECT number FROM profiles_profile
WHERE account_id = %s AND number = ANY(%s) AND (email = ANY(%s) OR id = ANY(%s)) ORDER BY number
"""
DROP_KEYS = """
DELETE FROM profiles_identifier i USING unnest(%s::text[], %s::text[]) AS gone(kind, value)
WHERE i.account_id = %s AND i.kind = gone.kind AND i.value = gone.value
"""
RENUMBER = (
    "UPDATE profiles_identifier SET number = %(destination)s WHERE account_id = %(account_id)s AND number = %(source)s",
    "UPDATE profiles_consenthistory SET number = %(destination)s "
    "WHERE account_id = %(account_id)s AND number = %(source)s",
    "UPDATE profiles_pushtoken SET number = %(destination)s WHERE account_id = %(account_id)s AND number = %(source)s",
    "UPDATE profiles_merge SET destination = %(destination)s, destination_id = %(destination_id)s "
    "WHERE account_id = %(account_id)s AND destination = %(source)s",
    "DELETE FROM profiles_duplicate WHERE account_id = %(account_id)s AND %(source)s IN (first, second)",
    "DELETE FROM profiles_consent WHERE account_id = %(account_id)s AND number = %(source)s",
    "DELETE FROM profiles_suppression WHERE account_id = %(account_id)s AND number = %(source)s",
    "DELETE FROM profiles_jobprofile WHERE account_id = %(account_id)s AND number = %(source)s",
    "DELETE FROM profiles_profile WHERE account_id = %(account_id)s AND number = %(source)s",
)

IDENTIFIER: Final = ("kind", "value", "number")
ERASE: Final = {
    "identifiers": "profiles_identifier",
    "consents": "profiles_consent",
    "consent_history": "profiles_consenthistory",
    "suppressions": "profiles_suppression",
    "soft_bounces": "profiles_softbounces",
    "push_tokens": "profiles_pushtoken",
    "import_lines": "profiles_jobprofile",
    "profiles": "profiles_profile",
}


# Rows travel as one JSON text, both ways: PostgreSQL takes it apart faster than the driver writes arrays, and msgspec
# faster than the driver makes values.
def as_json(rows: object) -> str:
    return msgspec.json.encode(rows).decode()


def from_json(text: Any) -> Any:
    """What a JSON column or aggregate holds; the driver hands some over as text, some parsed."""
    if text is None:
        return []
    return msgspec.json.decode(text) if isinstance(text, (str, bytes)) else text


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def lock(scope: Scope) -> int:
    """Writers of one account's profiles take turns: no identity is decided twice, and none deadlock.

    Returns how many turns were taken before; what was read at the same count is still true.
    """
    with connection.cursor() as cursor:
        cursor.execute(TURN, [scope.account_id])
        return int(cursor.fetchone()[0]) - 1


def find(scope: Scope, wishes: Iterable[Asked]) -> World:
    """Everybody whom the identifiers may mean, in one statement."""
    wishes = list(wishes)
    keys = set(chain.from_iterable([wish.everything for wish in wishes]))
    ids = {wish.id for wish in wishes if wish.id is not None}
    sought: defaultdict[str, list[str]] = defaultdict(list)
    for kind, value in keys:
        sought[kind].append(value)
    pointers = {(kind, value) for kind in POINTERS for value in sought.pop(kind, ())}
    ids.update(value for _, value in pointers)
    if ids:
        sought[PROMISED] = sought[MERGED] = list(ids)
    values = {"account_id": scope.account_id, "asked": as_json(sought), "ids": as_json(list(ids))}
    with connection.cursor() as cursor:
        cursor.execute(statement("find_people"), values)
        world = world_of(cursor.fetchall())
    world.free = frozenset(keys.difference(pointers, world.by_key))
    return world


def world_of(rows: Iterable[tuple[Any, ...]]) -> World:
    world = World()
    people: dict[int, Person] = {}
    for kind, value, number, profile_id, external_id, email, phone in rows:
        if kind == "turn":
            world.turn, world.buried_until = number, int(value)
            continue
        person = people.get(number)
        if person is None:
            person = people[number] = Person(number, profile_id, external_id, email, phone)
        if kind in ("id", PROMISED, MERGED):
            world.by_id[value] = person
        else:
            world.by_key[(kind, value)] = person
    return world


def load_records(scope: Scope, people: Iterable[Person]) -> None:
    """Give each person their data; new ones start empty."""
    stored = {person.number: person for person in people if person.record is None and not person.new}
    if not stored:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement("load_records"), {"account_id": scope.account_id, "numbers": number_array(stored)})
        for (text,) in cursor.fetchall():
            number, record = RECORD.decode(text)
            stored[number].record = record


def write(scope: Scope, world: World, changed: Iterable[Person], *, now: datetime, how: str = "identifiers") -> None:
    """Write everything that a batch changed. The caller holds the lock. `how` says what merged people."""
    with copying.Copies() as copies:
        write_behind(scope, world, changed, copies, now=now, how=how)


def write_behind(
    scope: Scope,
    world: World,
    changed: Iterable[Person],
    copies: Copies,
    *,
    now: datetime,
    how: str = "identifiers",
    due: datetime | None = None,
) -> None:
    """The same, with new people still on their way to their tables when this returns; numbered they are. `due` is when
    others must know of them, at the latest."""
    made = [person for person in world.made if person.merged_into is None]
    number(scope, made)
    updated = [person for person in changed if not person.new and person.merged_into is None]
    gone = [(source, target.final) for source, target in world.merges if not source.new]
    with connection.cursor() as cursor:
        if 0 < len(made) < copying.MANY:
            cursor.execute(statement("insert_profiles"), rows_of(scope, made, now))
        if updated:
            load_records(scope, updated)
            cursor.execute(statement("update_profiles"), rows_of(scope, updated, now))
    fresh = write_keys(scope, world, now)
    touching.touch(scope, [person.number for person in (*made, *updated, *(source for source, _ in gone))], due=due)
    if len(made) >= copying.MANY:
        rows = (values_of(person, now) for person in made)
        copies.add("profiles_profile", COLUMNS, rows, account_id=scope.account_id, updated=now)
    if fresh:
        copies.add("profiles_identifier", IDENTIFIER, fresh, account_id=scope.account_id, added=now)
    if gone:
        copies.settle()
        for source, target in gone:
            absorb_rows(scope, source, target)
        merging.record(scope, gone, how=how, now=now)


def number(scope: Scope, people: Sequence[Person]) -> None:
    if people:
        for person, fresh in zip(people, next_numbers(scope, len(people)), strict=True):
            person.number = fresh


def next_numbers(scope: Scope, count: int) -> range:
    """Numbers for as many new profiles."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [count, scope.account_id])
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def rows_of(scope: Scope, people: Iterable[Person], now: datetime) -> dict[str, Any]:
    rows = [dict(zip(COLUMNS, values_of(person, now), strict=True)) for person in people]
    return {"account_id": scope.account_id, "now": now, "rows": as_json(rows)}


def values_of(person: Person, now: datetime) -> tuple[Any, ...]:
    """A profile's row, in the order of COLUMNS."""
    record = person.record or Record()
    return (
        person.id,
        person.number,
        person.external_id,
        person.email,
        person.phone,
        record.location,
        record.properties,
        record.created or now,
        *map(record.attributes.get, STANDARD, EMPTY),
    )


def write_keys(scope: Scope, world: World, now: datetime) -> list[tuple[str, str, int]]:
    """Write which identifiers lead where, but for those that are many and new: these are left to be copied."""
    gone: list[Key] = []
    kept: list[dict[str, Any]] = []
    fresh: list[tuple[str, str, int]] = []
    many = len(world.free) >= copying.MANY
    for key in world.changed_keys:
        owner = world.find(key)
        if owner is None:
            gone.append(key)
        elif many and key in world.free:
            fresh.append((*key, owner.number))
        elif not (key[0] == PROMISED and owner.id == key[1]):
            kept.append({"kind": key[0], "value": key[1], "number": owner.number})
    for source, target in world.merges:
        kind = PROMISED if source.new else MERGED
        kept.append({"kind": kind, "value": source.id, "number": target.final.number})
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(DROP_KEYS, [[kind for kind, _ in gone], [value for _, value in gone], scope.account_id])
        if kept:
            # In one order everywhere.
            kept.sort(key=itemgetter("kind", "value"))
            cursor.execute(
                statement("put_identifiers"), {"account_id": scope.account_id, "now": now, "rows": as_json(kept)}
            )
    return fresh


def absorb_rows(scope: Scope, source: Person, target: Person) -> None:
    """Move what hangs on a merged profile to its destination; events and lists follow through the outbox."""
    values: dict[str, str | int] = {
        "account_id": scope.account_id,
        "source": source.number,
        "destination": target.number,
        "source_id": source.id,
        "destination_id": target.id,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("merge_consent"), values)
        cursor.execute(statement("merge_suppressions"), values)
        for command in RENUMBER:
            cursor.execute(command, values)
    outbox.send(MERGED_FACT, values)


def erase(scope: Scope, numbers: Sequence[int]) -> dict[str, int]:
    """Delete people with all that hangs on them here, and count it; events and lists follow through the outbox."""
    counts = {}
    with connection.cursor() as cursor:
        for name, table in ERASE.items():
            cursor.execute(
                f"DELETE FROM {table} WHERE account_id = %s AND number = ANY(%s)", [scope.account_id, list(numbers)]
            )
            counts[name] = int(cursor.rowcount)
    outbox.send_all(DELETED_FACT, [{"account_id": scope.account_id, "number": number} for number in numbers])
    touching.touch(scope, numbers)
    return counts


def shown(scope: Scope, numbers: Sequence[int], emails: Sequence[str], ids: Sequence[str]) -> list[int]:
    """Those of the profiles whose shown address, or whose id, is among these."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, [scope.account_id, list(numbers), [one.strip().lower() for one in emails], list(ids)])
        return [number for (number,) in cursor.fetchall()]
