"""Demanding that a person be forgotten, or that what is known of them be written into a file."""

from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from cairn.domains.privacy.contracts import DELETION, EXPORT, JobInfo
from cairn.domains.privacy.models import Job
from cairn.domains.privacy.queries import info
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel import ids
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope

NAMES: Final = ("id", "email", "phone_number", "external_id")


def request_deletion(scope: Scope, patch: ProfilePatch, *, now: datetime) -> JobInfo:
    """Forget whoever exactly one identifier means. Nothing is sent to them from this moment on, and their profile is
    gone; the rest follows in the worker. Nobody is no error: what was sent to the address, and said of it, goes.

    Raises Invalid for no identifier, or several.
    """
    name = the_identifier(patch)
    with transaction.atomic():
        traces, counts = profiles.leave(scope, patch, at=now)
        job = Job.objects.create(
            account_id=scope.account_id,
            id=ids.ulid(),
            kind=DELETION,
            identifier=name,
            digest=profile_queries.digest_of(scope, patch),
            asked_by=scope.actor[:80],
            found=counts.get("profiles", 0),
            traces=msgspec.to_builtins(traces),
            report={"PostgreSQL": {kind: count for kind, count in counts.items() if count}},
            created=now,
            due=now,
        )
    return info(scope, job, now=now)


def request_export(scope: Scope, patch: ProfilePatch, *, now: datetime) -> JobInfo:
    """Write all that is known of a person into a file. Raises NotFound, and Invalid for several identifiers."""
    name = the_identifier(patch)
    found = profiles.find_people(scope, [patch], now=now)[0]
    if not found.number:
        raise NotFound("Nobody has this identifier.")
    job = Job.objects.create(
        account_id=scope.account_id,
        id=ids.ulid(),
        kind=EXPORT,
        identifier=name,
        digest=profile_queries.digest_of(scope, patch),
        asked_by=scope.actor[:80],
        found=1,
        traces={"numbers": [found.number], "ids": [found.id]},
        created=now,
        due=now,
    )
    return info(scope, job, now=now)


def the_identifier(patch: ProfilePatch) -> str:
    given = [name for name in NAMES if getattr(patch, name)]
    if len(given) != 1:
        raise Invalid("Give exactly one of id, email, phone_number and external_id.", pointer="/data/attributes")
    return given[0]
