"""Templates: made, rendered, copied."""

import dataclasses
from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body, given
from cairn.api.kernel.declare import Create, Delete, Get, List, Paging, Resource, Update
from cairn.api.kernel.filters import moment, text
from cairn.api.kernel.ratelimit import L, S
from cairn.domains.flows import actions as flows
from cairn.domains.templates import actions, queries
from cairn.domains.templates.contracts import TemplateView
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("templates:read",), ("templates:write",)
MOMENTS = ("equals", "greater-or-equal", "greater-than", "less-or-equal", "less-than")


class TemplateAttributes(msgspec.Struct):
    name: str
    editor_type: str
    html: str
    text: str | None
    amp: str | None
    created: datetime
    updated: datetime
    definition: dict[str, Any] | None


class NewTemplate(msgspec.Struct):
    name: str
    editor_type: str
    html: str | None = None
    text: str | None = None
    amp: str | None = None
    definition: dict[str, Any] | None = None


class TemplateChanges(msgspec.Struct):
    name: str | msgspec.UnsetType = msgspec.UNSET
    html: str | msgspec.UnsetType | None = msgspec.UNSET
    text: str | msgspec.UnsetType | None = msgspec.UNSET
    amp: str | msgspec.UnsetType | None = msgspec.UNSET
    definition: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET


class Rendering(msgspec.Struct):
    context: dict[str, Any]


class CopyName(msgspec.Struct):
    name: str | None = None


def create(scope: Scope, body: Body[NewTemplate]) -> TemplateView:
    new = body.attributes
    return actions.create_template(
        scope,
        name=new.name,
        editor_type=new.editor_type,
        html=new.html,
        text=new.text,
        amp=new.amp,
        definition=new.definition,
        now=clock.now(),
    )


def update(scope: Scope, template_id: str, body: Body[TemplateChanges]) -> TemplateView:
    return actions.update_template(scope, template_id, given(body.attributes), now=clock.now())


def render(scope: Scope, body: Body[Rendering]) -> TemplateView:
    """The template's document with the rendered texts in place of its sources."""
    template_id, now = body.id or "", clock.now()
    rendered = queries.render_template(scope, template_id, body.attributes.context, now=now)
    found = queries.get_template(scope, template_id)
    return dataclasses.replace(found, html=rendered.html, text=rendered.text, amp=rendered.amp)


def clone(scope: Scope, body: Body[CopyName]) -> TemplateView:
    return actions.clone_template(scope, body.id or "", name=body.attributes.name, now=clock.now())


TEMPLATES = Resource(
    type="template",
    path="templates",
    tag="Templates",
    attributes=TemplateAttributes,
    additional={"definition": None},
    load=queries.get_templates,
    operations=(
        List(
            "get_templates",
            queries.list_templates,
            scopes=READ,
            limit=L,
            filters={
                "id": text("any", "equals"),
                "name": text("any", "contains", "equals"),
                "created": moment(*MOMENTS),
                "updated": moment(*MOMENTS),
            },
            sorts=("created", "id", "name", "updated"),
            page=Paging(10, 10),
        ),
        Get("get_template", queries.get_template, scopes=READ, limit=L),
        Create("create_template", create, scopes=WRITE, limit=L, body=NewTemplate),
        Update("update_template", update, scopes=WRITE, limit=L, body=TemplateChanges),
        Delete("delete_template", flows.delete_template, scopes=WRITE, limit=L),
        Create(
            "render_template", render, scopes=READ, limit=S, path="/api/template-render", body=Rendering, body_id=True
        ),
        Create("clone_template", clone, scopes=WRITE, limit=L, path="/api/template-clone", body=CopyName, body_id=True),
    ),
)
