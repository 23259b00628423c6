"""Tags, and what they are on."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import (
    Change,
    Create,
    Delete,
    Get,
    Ids,
    Link,
    List,
    Paging,
    Related,
    Relationship,
    Resource,
    Row,
    Update,
    to_many,
    to_one,
)
from cairn.api.kernel.filters import text
from cairn.domains.tags import actions, queries
from cairn.domains.tags.contracts import TagRow
from cairn.kernel.scope import Scope

READ = ("tags:read",)
WRITE = ("tags:read", "tags:write")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class TagAttributes(msgspec.Struct):
    name: str


class TagName(msgspec.Struct):
    name: Name


def create(scope: Scope, body: Body[TagName]) -> TagRow:
    return actions.create_tag(scope, name=body.attributes.name, group_id=body.one("tag-group"))


def update(scope: Scope, tag_id: str, body: Body[TagName]) -> None:
    actions.rename_tag(scope, tag_id=tag_id, name=body.attributes.name)


def delete(scope: Scope, tag_id: str) -> None:
    actions.delete_tag(scope, tag_id=tag_id)


def tags_of(object_type: str) -> Ids:
    """Ids of the `tags` relationship of another resource: `to_many("tags", "tag", tags_of("list"), …)`."""

    def ids(scope: Scope, rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
        return queries.tag_ids_on(scope, object_type, [row.id for row in rows])

    return ids


def on_things(plural: str, singular: str) -> Relationship:
    """A tag's relationship to the things of a type. The kernel checks that those exist."""

    def ids(scope: Scope, rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
        return queries.object_ids_with(scope, singular, [row.id for row in rows])

    def add(scope: Scope, tag_id: str, object_ids: Sequence[str]) -> None:
        actions.put_on(scope, tag_id=tag_id, object_type=singular, object_ids=object_ids)

    def remove(scope: Scope, tag_id: str, object_ids: Sequence[str]) -> None:
        actions.take_off(scope, tag_id=tag_id, object_type=singular, object_ids=object_ids)

    read, write = (f"{plural}:read", "tags:read"), (f"{plural}:write", "tags:write")
    return to_many(
        plural,
        singular,
        ids,
        related=Related(f"get_{plural}_for_tag", f"get_{singular}_ids_for_tag", scopes=read, extension=True),
        add=Change(f"tag_{plural}", add, scopes=write, existing=True),
        remove=Change(f"remove_tag_from_{plural}", remove, scopes=write),
    )


TAGS = Resource(
    type="tag",
    path="tags",
    tag="Tags",
    attributes=TagAttributes,
    load=queries.tags,
    operations=(
        List(
            "get_tags",
            queries.list_tags,
            scopes=READ,
            filters={"name": text("contains", "ends-with", "equals", "starts-with")},
            sorts=("id", "name"),
            page=Paging(50, 50),
            include=("tag-group",),
        ),
        Get("get_tag", queries.get_tag, scopes=READ, include=("tag-group",)),
        Create("create_tag", create, scopes=WRITE, body=TagName, links={"tag-group": Link("tag-group")}),
        Update("update_tag", update, scopes=WRITE, body=TagName, status=204),
        Delete("delete_tag", delete, scopes=WRITE),
    ),
    relationships=(
        to_one(
            "tag-group",
            "tag-group",
            "group_id",
            shown=True,
            related=Related("get_tag_group_for_tag", "get_tag_group_id_for_tag", scopes=READ),
        ),
        on_things("lists", "list"),
        on_things("segments", "segment"),
        on_things("campaigns", "campaign"),
        on_things("flows", "flow"),
    ),
)
