"""What stays of somebody who was deleted: keyed hashes of their identifiers, and when.

A command that was accepted before that moment, replayed or late, is of the person who is gone: it makes nobody and
changes nobody. What is accepted later is of somebody new, even with the same address. The moment of acceptance decides,
not the time that an event gives itself.
"""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from cairn import wiring
from cairn.domains.profiles.contracts import ProfilePatch, Traces
from cairn.domains.profiles.identity import (
    ANONYMOUS,
    EMAIL,
    EXTERNAL,
    PHONE,
    POINTERS,
    Asked,
    Key,
    clean_email,
    clean_phone,
)
from cairn.domains.profiles.models import Tombstone
from cairn.kernel import clock
from cairn.kernel.scope import Scope

ID: Final = "id"
BURY: Final = """
INSERT INTO profiles_tombstone AS mine (account_id, digest, at) SELECT %s, unnest(%s::text[]), %s
ON CONFLICT (account_id, digest) DO UPDATE SET at = greatest(mine.at, EXCLUDED.at)
"""
MARK: Final = """
INSERT INTO profiles_turn AS mine (account_id, writes, buried_until) VALUES (%s, 1, %s)
ON CONFLICT (account_id) DO UPDATE SET buried_until = greatest(mine.buried_until, EXCLUDED.buried_until)
"""


def digest(scope: Scope, key: Key) -> str:
    kind, value = key
    # A link's `_kx` and a promised id are the profile's id in another form.
    text = f"{scope.account_id}\0{ID if kind in POINTERS else kind}\0{value}"
    return hmac.digest(wiring.secret_key().encode(), b"tombstone\0" + text.encode(), "sha256").hex()


def keys_of(traces: Traces) -> list[Key]:
    return [
        *((ID, value) for value in traces.ids),
        *((EMAIL, value) for value in traces.emails),
        *((PHONE, value) for value in traces.phones),
        *((EXTERNAL, value) for value in traces.external_ids),
        *((ANONYMOUS, value) for value in traces.anonymous_ids),
    ]


def bury(scope: Scope, traces: Traces, *, at: datetime) -> int:
    """Note that whoever had these identifiers is deleted, in the caller's transaction; how many they are."""
    digests = [digest(scope, key) for key in keys_of(traces)]
    with connection.cursor() as cursor:
        cursor.execute(BURY, [scope.account_id, digests, at])
        cursor.execute(MARK, [scope.account_id, at])
    return len(digests)


def keep_out(scope: Scope, patches: Sequence[ProfilePatch], wishes: Sequence[Asked], buried_until: int) -> bool:
    """Make those wishes mean nobody that are of people deleted since they were accepted; whether there were any.

    The highest-ranked identifier says whose a wish is; lower ones of somebody deleted are left out of it.
    """
    old = [place for place, patch in enumerate(patches) if 0 < patch.accepted <= buried_until]
    asked = {key: digest(scope, key) for place in old for key in ranked(wishes[place])}
    dead = times(scope, asked.values()) if asked else {}
    found = False
    for place in old:
        wish, accepted = wishes[place], patches[place].accepted
        gone = {key for key in ranked(wish) if dead.get(asked[key], 0) >= accepted}
        if not gone:
            continue
        found = True
        if ranked(wish)[0] in gone:
            wish.id, wish.keys, wish.added, wish.dropped = None, (), (), ()
        else:
            wish.keys = tuple(key for key in wish.keys if key not in gone)
            wish.added = tuple(key for key in wish.added if key not in gone)
    return found


def ranked(wish: Asked) -> list[Key]:
    own = [(ID, wish.id)] if wish.id is not None else []
    return [*own, *wish.everything]


def times(scope: Scope, digests: Iterable[str]) -> dict[str, int]:
    rows = Tombstone.objects.within(scope).filter(digest__in=set(digests))
    return {one: clock.millis(at) for one, at in rows.values_list("digest", "at")}


def given_keys(patch: ProfilePatch) -> list[Key]:
    values = (
        (ID, patch.id),
        (EMAIL, clean_email(patch.email)),
        (PHONE, clean_phone(patch.phone_number)),
        (EXTERNAL, patch.external_id),
    )
    return [(kind, value) for kind, value in values if value]


def digest_of(scope: Scope, patch: ProfilePatch) -> str:
    """The hash of the one identifier that a patch names; empty for a patch that names none."""
    return next((digest(scope, key) for key in given_keys(patch)), "")


def buried_at(scope: Scope, patch: ProfilePatch) -> datetime | None:
    """When somebody with one of these identifiers was deleted last; None: never."""
    digests = [digest(scope, key) for key in given_keys(patch)]
    rows = Tombstone.objects.within(scope).filter(digest__in=digests).order_by("-at")
    return rows.values_list("at", flat=True).first()
