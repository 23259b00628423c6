"""Finding people by what they are called: names, addresses, ids, and the values of any property.

ClickHouse knows, by three letters at a time, who may be meant; PostgreSQL has the last word, so that nobody is shown
for what they were called before. Who changed within the last second is looked at in PostgreSQL alone.

Every word must be found, in any place. Words of one or two letters are found where a word begins.
"""

from typing import Any, Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from cairn import wiring
from cairn.domains.profiles import touching
from cairn.domains.profiles.models import Profile
from cairn.infra.clickhouse.client import ClickHouseError
from cairn.kernel.errors import Unavailable
from cairn.kernel.scope import Scope

SHORT: Final = 3
MOST_WORDS: Final = 8
# With more than this many candidates, as many are found quickly by walking through the profiles in the order that is
# asked for; with fewer, quickly by their numbers.
MANY: Final = 5_000
PENDING: Final = 5_000
# The same text as in ClickHouse's `profile_search`.
TEXT: Final = """
lower(concat_ws(' ', '', profiles_profile.email, first_name, last_name, phone_number, external_id, profiles_profile.id,
    organization, location ->> 'city', properties::text, ''))
"""


def words_of(text: str) -> list[str]:
    """The words as they stand in the text that is searched, in small letters."""
    words = text.lower().replace("\0", "").split()[:MOST_WORDS]
    return [word if len(word) >= SHORT else f" {word}" for word in words]


def patterns_of(text: str) -> list[str]:
    """What the searched text of whoever is meant is LIKE, a pattern for each word."""
    return [f"%{escaped(word)}%" for word in words_of(text)]


def people_found(scope: Scope, text: str) -> Q:
    """The condition on profiles `with_text` that holds for those who are meant."""
    words = words_of(text)
    numbers = candidates(scope, words) if words else None
    if numbers is None:
        return Q(*(Q(searched__contains=word) for word in words))
    pending = touching.newest(scope, PENDING)
    rows: Any = with_text(Profile.objects.within(scope), among=sorted(pending.union(numbers)))
    for word in words:
        rows = rows.filter(searched__contains=word)
    return Q(number__in=list(rows.values_list("number", flat=True)))


def candidates(scope: Scope, words: list[str]) -> list[int] | None:
    """Numbers of those who may be meant; None where they are very many, or ClickHouse cannot tell."""
    tests = " AND ".join(f"text LIKE {{w{place}:String}}" for place in range(len(words)))
    sql = f"SELECT profile FROM profile_search WHERE account = {{account:UInt32}} AND {tests} LIMIT {{most:UInt32}}"
    given = {f"w{place}": f"%{escaped(word)}%" for place, word in enumerate(words)}
    try:
        rows = wiring.clickhouse().query(sql, {**given, "account": scope.account_number, "most": MANY + 1})
    except (ClickHouseError, Unavailable):
        return None
    return None if len(rows) > MANY else [number for (number,) in rows]


def with_text(rows: QuerySet[Profile], among: list[int] | None = None) -> QuerySet[Profile]:
    """Profiles with the text that is searched, all or those with some numbers."""
    rows = rows.annotate(searched=RawSQL(TEXT, [], output_field=TextField()))
    # One array, where `in` makes a parameter of each number.
    return rows if among is None else rows.extra(where=["number = ANY(%s)"], params=[among])


def escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
