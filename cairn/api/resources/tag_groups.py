"""Tag groups. Each account has one default group, which stays."""

from collections.abc import Mapping, Sequence

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Related, Resource, Update, to_many
from cairn.api.kernel.filters import boolean, text
from cairn.api.resources.tags import READ, WRITE, Name
from cairn.domains.tags import actions, queries
from cairn.domains.tags.contracts import TagGroupRow
from cairn.kernel.scope import Scope


class TagGroupAttributes(msgspec.Struct):
    name: str
    exclusive: bool
    default: bool


class NewTagGroup(msgspec.Struct):
    name: Name
    exclusive: bool | None = False


class TagGroupName(msgspec.Struct):
    name: Name


def create(scope: Scope, body: Body[NewTagGroup]) -> TagGroupRow:
    return actions.create_group(scope, name=body.attributes.name, exclusive=bool(body.attributes.exclusive))


def update(scope: Scope, group_id: str, body: Body[TagGroupName]) -> None:
    actions.rename_group(scope, group_id=group_id, name=body.attributes.name)


def delete(scope: Scope, group_id: str) -> None:
    actions.delete_group(scope, group_id=group_id)


def tags(scope: Scope, groups: Sequence[TagGroupRow]) -> Mapping[str, Sequence[str]]:
    return queries.tag_ids_of_groups(scope, [group.id for group in groups])


TAG_GROUPS = Resource(
    type="tag-group",
    path="tag-groups",
    tag="Tags",
    subtag="Tag Groups",
    attributes=TagGroupAttributes,
    load=queries.groups,
    operations=(
        List(
            "get_tag_groups",
            queries.list_groups,
            scopes=READ,
            filters={
                "name": text("contains", "ends-with", "equals", "starts-with"),
                "exclusive": boolean("equals"),
                "default": boolean("equals"),
            },
            sorts=("id", "name"),
            page=Paging(25, 25),
        ),
        Get("get_tag_group", queries.get_group, scopes=READ),
        Create("create_tag_group", create, scopes=WRITE, body=NewTagGroup),
        Update("update_tag_group", update, scopes=WRITE, body=TagGroupName, status=204),
        Delete("delete_tag_group", delete, scopes=WRITE),
    ),
    relationships=(
        to_many(
            "tags",
            "tag",
            tags,
            related=Related("get_tags_for_tag_group", "get_tag_ids_for_tag_group", scopes=READ),
        ),
    ),
)
