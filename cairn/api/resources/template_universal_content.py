"""Blocks that several templates show."""

from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Resource, Update
from cairn.api.kernel.filters import moment, text
from cairn.api.kernel.ratelimit import L
from cairn.domains.templates import actions, queries
from cairn.domains.templates.contracts import UniversalContentView
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("templates:read",), ("templates:write",)
MOMENTS = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")


class ContentAttributes(msgspec.Struct):
    name: str
    definition: dict[str, Any]
    created: datetime
    updated: datetime
    screenshot_status: str
    screenshot_url: str


class NewContent(msgspec.Struct):
    name: str
    definition: dict[str, Any]


class ContentChanges(msgspec.Struct):
    name: str | msgspec.UnsetType = msgspec.UNSET
    definition: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


def create(scope: Scope, body: Body[NewContent]) -> UniversalContentView:
    new = body.attributes
    return actions.create_content(scope, name=new.name, definition=new.definition, now=clock.now())


def update(scope: Scope, content_id: str, body: Body[ContentChanges]) -> UniversalContentView:
    return actions.update_content(scope, content_id, given(body.attributes), now=clock.now())


UNIVERSAL_CONTENT = Resource(
    type="template-universal-content",
    path="template-universal-content",
    tag="Templates",
    attributes=ContentAttributes,
    operations=(
        List(
            "get_all_universal_content",
            queries.list_content,
            scopes=READ,
            limit=L,
            filters={
                "id": text("any", "equals"),
                "name": text("any", "equals"),
                "created": moment(*MOMENTS),
                "updated": moment(*MOMENTS),
                "definition.content_type": text("equals"),
                "definition.type": text("equals"),
            },
            sorts=("created", "id", "name", "updated"),
            page=Paging(20, 100),
        ),
        Get("get_universal_content", queries.get_content, scopes=READ, limit=L),
        Create("create_universal_content", create, scopes=WRITE, limit=L, body=NewContent),
        Update("update_universal_content", update, scopes=WRITE, limit=L, body=ContentChanges),
        Delete("delete_universal_content", actions.delete_content, scopes=WRITE, limit=L),
    ),
)
