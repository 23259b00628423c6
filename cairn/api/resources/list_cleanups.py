"""Cleaning a list of those who show no sign of life: count them first, then take them out or suppress them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Link, Resource
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.ratelimit import S
from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as listed
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as known
from cairn.domains.profiles.contracts import JobKind
from cairn.domains.segments import queries as segments
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope

LIST = "/data/relationships/list/data/id"
Days = Annotated[int, msgspec.Meta(ge=7, le=3650)]
Action = Literal["preview", "remove", "suppress"]


class NewCleanup(msgspec.Struct, forbid_unknown_fields=True):
    days: Days
    action: Action = "preview"


class CleanupAttributes(msgspec.Struct):
    """`count` people show no sign of life among `members`; `done` of them were taken out, or are being suppressed by
    the job."""

    days: int
    action: str
    members: int
    count: int
    done: int
    job_id: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What was found and done; kept nowhere but in its effects."""

    id: str
    days: int
    action: str
    members: int
    count: int
    done: int
    job_id: str | None
    as_of: datetime


def clean(scope: Scope, body: Body[NewCleanup]) -> Cleanup:
    asked, now = body.attributes, clock.now()
    list_id = body.one("list")
    if not list_id:
        raise invalid("A list is needed.", pointer=LIST)
    listed.get_list(scope, list_id)
    numbers = [int(number) for number in segments.unengaged(scope, list_id, asked.days, now=now)]
    members = listed.member_counts(scope, [list_id])[list_id]
    done, job_id = 0, None
    if asked.action == "remove" and numbers:
        done = len(lists.remove_numbers(scope, list_id, numbers))
    elif asked.action == "suppress" and numbers:
        people = list(known.ids_of(scope, numbers).values())
        job_id = profiles.start_suppression(scope, JobKind.SUPPRESS, profile_ids=people, list_id=list_id, now=now).id
        done = len(people)
    return Cleanup(ids.ulid(), asked.days, asked.action, members, len(numbers), done, job_id, now)


LIST_CLEANUPS = Resource(
    type="list-cleanup",
    path="list-cleanups",
    tag="Lists",
    extension=True,
    attributes=CleanupAttributes,
    operations=(
        Create(
            "clean_list",
            clean,
            scopes=("lists:write", "profiles:write", "subscriptions:write"),
            limit=S,
            body=NewCleanup,
            links={"list": Link("list", required=True)},
            summary="Clean List",
            status=200,
        ),
    ),
)
