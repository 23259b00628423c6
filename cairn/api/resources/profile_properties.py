"""Properties of profiles: what there are, how they are shown, and jobs that rename or delete one everywhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource, Update
from cairn.api.kernel.ratelimit import M, S
from cairn.api.resources.metric_properties import PropertyAttributes, PropertyChanges
from cairn.domains.properties import actions, queries
from cairn.domains.properties.contracts import PropertyInfo, PropertyJobInfo
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing
from cairn.kernel.scope import Scope

READ, WRITE = ("profiles:read",), ("profiles:write",)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class JobAttributes(msgspec.Struct):
    action: str
    property: str
    new_name: str
    status: str
    progress: float
    changed: int
    created: datetime
    finished: datetime | None


class NewJob(msgspec.Struct):
    """`new_name` goes with `rename`."""

    action: Literal["rename", "delete"]
    property: Name
    new_name: Name | None = None


def listed(scope: Scope, _: Listing) -> Sequence[PropertyInfo]:
    return queries.profile_properties(scope)


def update(scope: Scope, property_id: str, body: Body[PropertyChanges]) -> PropertyInfo:
    return actions.mark_profile_property(scope, property_id, **given(body.attributes))


def start(scope: Scope, body: Body[NewJob]) -> PropertyJobInfo:
    wanted = body.attributes
    if wanted.action == "delete":
        return actions.start_delete(scope, name=wanted.property, now=clock.now())
    if wanted.new_name is None:
        raise Invalid("'new_name' is a required field of a rename.", pointer="/data/attributes/new_name")
    return actions.start_rename(scope, name=wanted.property, new_name=wanted.new_name, now=clock.now())


PROFILE_PROPERTIES = Resource(
    type="profile-property",
    path="profile-properties",
    tag="Profiles",
    attributes=PropertyAttributes,
    additional={"sample_values": None, "used_in": queries.used_in, "inside": queries.inside},
    extension=True,
    operations=(
        List("get_profile_properties", listed, scopes=READ, limit=S),
        Get("get_profile_property", queries.profile_property, scopes=READ, limit=S),
        Update("update_profile_property", update, scopes=WRITE, limit=M, body=PropertyChanges),
    ),
)

PROFILE_PROPERTY_JOBS = Resource(
    type="profile-property-job",
    path="profile-property-jobs",
    tag="Profiles",
    attributes=JobAttributes,
    extension=True,
    operations=(
        List(
            "get_profile_property_jobs",
            queries.list_jobs,
            scopes=READ,
            limit=M,
            sorts=("id",),
            default_sort="-id",
            page=Paging(20, 100),
        ),
        Get("get_profile_property_job", queries.get_job, scopes=READ, limit=M),
        Create("create_profile_property_job", start, scopes=WRITE, limit=S, body=NewJob, status=202),
    ),
)
