"""A person leaves for good: what is stored of them here goes, and what they were known by is handed on to whoever else
must forget them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from cairn.domains.profiles import identity, merging, planning, store, tombstones
from cairn.domains.profiles.contracts import ProfilePatch, Traces
from cairn.domains.profiles.identity import clean_email, clean_phone
from cairn.domains.profiles.models import Identifier, Profile
from cairn.kernel.scope import Scope

DUPLICATES: Final = """
DELETE FROM profiles_duplicate WHERE account_id = %s AND (first = ANY(%s) OR second = ANY(%s))
"""
MERGES: Final = "DELETE FROM profiles_merge WHERE account_id = %s AND destination = ANY(%s)"
# What an import job could not take is shown as it was sent.
JOB_ERRORS: Final = """
DELETE FROM profiles_joberror WHERE account_id = %s AND lower(payload::text) LIKE ANY(%s)
"""


def leave(scope: Scope, patch: ProfilePatch, *, at: datetime) -> tuple[Traces, Mapping[str, int]]:
    """Delete whoever the identifiers of the patch mean; what they were known by, and how many rows went, by kind.

    Nobody is no error: what is asked for is buried all the same, so that nothing accepted before makes them again.
    """
    with transaction.atomic():
        store.lock(scope)
        wish = planning.wish_of(scope, patch, None)
        world = store.find(scope, [wish])
        found = {world.by_id[wish.id].number} if wish.id in world.by_id else set()
        found |= {person.number for key in wish.keys if (person := world.find(key)) is not None}
        traces = traces_of(scope, sorted(found), patch)
        counts = erase(scope, sorted(found), traces)
        tombstones.bury(scope, traces, at=at)
    return traces, counts


def traces_of(scope: Scope, numbers: Sequence[int], patch: ProfilePatch) -> Traces:
    """Everything that leads to these profiles, and to those that were merged into them."""
    merges = merging.sources_of(scope, numbers)
    known: defaultdict[str, set[str]] = defaultdict(set)
    rows = Identifier.objects.within(scope).filter(number__in=list(numbers))
    for kind, value in rows.values_list("kind", "value"):
        known[kind].add(value)
    given = {
        identity.EMAIL: clean_email(patch.email),
        identity.PHONE: clean_phone(patch.phone_number),
        identity.EXTERNAL: patch.external_id,
    }
    for kind, named in given.items():
        known[kind] |= {named} if named else set()
    ids = set(Profile.objects.within(scope).filter(number__in=list(numbers)).values_list("id", flat=True))
    ids |= known[identity.PROMISED] | known[identity.MERGED] | {merge.source_id for merge in merges}
    ids |= {patch.id} if patch.id else set()
    return Traces(
        numbers=tuple(sorted({*numbers, *(merge.source for merge in merges)})),
        ids=tuple(sorted(ids)),
        emails=tuple(sorted(known[identity.EMAIL])),
        phones=tuple(sorted(known[identity.PHONE])),
        external_ids=tuple(sorted(known[identity.EXTERNAL])),
        anonymous_ids=tuple(sorted(known[identity.ANONYMOUS])),
    )


def erase(scope: Scope, numbers: Sequence[int], traces: Traces) -> dict[str, int]:
    counts = store.erase(scope, traces.numbers) if numbers else {}
    words = [f"%{escaped(word)}%" for word in (*traces.emails, *traces.phones) if word]
    with connection.cursor() as cursor:
        cursor.execute(DUPLICATES, [scope.account_id, list(numbers), list(numbers)])
        cursor.execute(MERGES, [scope.account_id, list(numbers)])
        counts["merges"] = cursor.rowcount
        if words:
            cursor.execute(JOB_ERRORS, [scope.account_id, words])
            counts["import_errors"] = cursor.rowcount
    return counts


def escaped(word: str) -> str:
    return word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
