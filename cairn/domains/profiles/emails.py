"""Further email addresses of a profile: how many there may be, and which cannot go."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from cairn.domains.profiles.contracts import MOST_EMAILS
from cairn.domains.profiles.identity import EMAIL, Asked, Person, World
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

COUNT: Final = """
SELECT number, count(*) FROM profiles_identifier
WHERE account_id = %s AND kind = 'email' AND number = ANY(%s) GROUP BY number
"""
APPEND: Final = "/data/meta/patch_identifiers/append/email"
UNAPPEND: Final = "/data/meta/patch_identifiers/unappend/email"


def check(scope: Scope, person: Person, wish: Asked) -> None:
    """Refuse what `limit` would leave out in silence. Raises Invalid."""
    if person.email is not None and (EMAIL, person.email) in wish.dropped:
        raise Invalid("The profile's own address is changed by `email`, not taken away here.", pointer=UNAPPEND)
    gone = len(set(wish.dropped) - {(EMAIL, person.email or "")})
    if len(wish.added) > max(MOST_EMAILS - counts(scope, [person.number]).get(person.number, 0) + gone, 0):
        raise Invalid(f"A profile has {MOST_EMAILS} email addresses at most.", pointer=APPEND)


def limit(scope: Scope, world: World, wishes: Sequence[Asked]) -> None:
    """Leave out added addresses of people who have as many as may be."""
    adding = [wish for wish in wishes if wish.added]
    if not adding:
        return
    people = {person.number: person for person in (*world.by_id.values(), *world.by_key.values())}
    room = {number: MOST_EMAILS - count for number, count in counts(scope, list(people)).items()}
    for wish in adding:
        person = owner(world, wish)
        known = [key for key in wish.added if world.find(key) is not None]
        fresh = [key for key in wish.added if world.find(key) is None]
        free = room.get(person.number, MOST_EMAILS) if person is not None else MOST_EMAILS - 1
        wish.added = (*known, *fresh[: max(free, 0)])
        if person is not None:
            room[person.number] = free - len(fresh[: max(free, 0)])


def owner(world: World, wish: Asked) -> Person | None:
    if wish.id is not None and wish.id in world.by_id:
        return world.by_id[wish.id].final
    return next((person for key in wish.keys if (person := world.find(key)) is not None), None)


def counts(scope: Scope, numbers: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [scope.account_id, list(numbers)])
        return dict(cursor.fetchall())
