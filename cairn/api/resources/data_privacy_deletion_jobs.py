"""Forgetting people: everything that is stored of a profile goes, what they did included."""

from typing import Literal

import msgspec

from cairn.api.kernel.bodies import Body, Data
from cairn.api.kernel.declare import Create, Resource
from cairn.api.kernel.errors import invalid
from cairn.api.kernel.ratelimit import S
from cairn.domains.profiles import actions
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel.scope import Scope


class DeletionJobAttributes(msgspec.Struct):
    """Nothing is shown of a deletion."""


class Identifiers(msgspec.Struct):
    email: str | None = None
    phone_number: str | None = None


class Person(msgspec.Struct):
    type: Literal["profile"]
    attributes: Identifiers
    id: str | None = None


class NewDeletion(msgspec.Struct):
    profile: Data[Person]


def create(scope: Scope, body: Body[NewDeletion]) -> None:
    person = body.attributes.profile.data
    given = person.attributes
    if bool(person.id) + bool(given.email) + bool(given.phone_number) != 1:
        detail = "Give exactly one of id, email and phone_number."
        raise invalid(detail, pointer="/data/attributes/profile/data/attributes")
    actions.delete(scope, ProfilePatch(id=person.id, email=given.email, phone_number=given.phone_number))


DATA_PRIVACY_DELETION_JOBS = Resource(
    type="data-privacy-deletion-job",
    path="data-privacy-deletion-jobs",
    tag="Data Privacy",
    attributes=DeletionJobAttributes,
    operations=(
        Create(
            "request_profile_deletion",
            create,
            scopes=("data-privacy:write",),
            limit=S,
            status=202,
            body=NewDeletion,
            summary="Request Profile Deletion",
        ),
    ),
)
