"""Writing templates. A source that would fail when sent is refused when saved."""

from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import IntegrityError, models, transaction

from cairn.domains.templates import queries
from cairn.domains.templates.contracts import TemplateView, UniversalContentView
from cairn.domains.templates.dialect.compiler import compile_source
from cairn.domains.templates.models import Template, UniversalContent
from cairn.kernel import ids
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

MOST: Final = 1000
SOURCE_EDITORS: Final = ("CODE", "USER_DRAGGABLE")
DRAG_AND_DROP: Final = "SYSTEM_DRAGGABLE"
EDITORS: Final = (*SOURCE_EDITORS, DRAG_AND_DROP)
BLOCKS: Final = ("button", "drop_shadow", "horizontal_rule", "html", "image", "spacer", "text")
AT: Final = "/data/attributes/"

Row = TypeVar("Row", bound=models.Model)


def create_template(
    scope: Scope,
    *,
    name: str,
    editor_type: str,
    html: str | None = None,
    text: str | None = None,
    amp: str | None = None,
    definition: dict[str, Any] | None = None,
    private: bool = False,
    now: datetime,
) -> TemplateView:
    """Raises Invalid for a source that cannot be compiled, and beyond a thousand templates."""
    if editor_type not in EDITORS:
        raise Invalid(f"'editor_type' must be one of {', '.join(EDITORS)}.", pointer=f"{AT}editor_type")
    check_kind(editor_type, html, definition, amp)
    check_sources(html, text, amp)
    if not private and Template.objects.within(scope).filter(private=False).count() >= MOST:
        raise Invalid(f"An account may have at most {MOST} templates.", code="limit_reached")
    row = Template(
        account_id=scope.account_id,
        name=named(name),
        editor_type=editor_type,
        html=html or "",
        text=text,
        amp=amp,
        definition=definition,
        private=private,
        created=now,
        updated=now,
    )
    return queries.view(insert(row, ids.short_id))


def update_template(scope: Scope, template_id: str, changes: dict[str, Any], *, now: datetime) -> TemplateView:
    """Sets the given attributes (name, html, text, amp, definition). Raises NotFound, Invalid."""
    with transaction.atomic():
        row = Template.objects.of(scope, template_id)
        if "name" in changes:
            named(changes["name"])
        if row.editor_type == DRAG_AND_DROP and changes.get("html") is not None:
            raise Invalid("A drag-and-drop template is changed by its definition.", pointer=f"{AT}html")
        if row.editor_type != DRAG_AND_DROP and changes.get("definition") is not None:
            raise Invalid("Only a drag-and-drop template has a definition.", pointer=f"{AT}definition")
        if "html" in changes and not changes["html"]:
            raise Invalid("'html' cannot be empty.", pointer=f"{AT}html")
        check_sources(changes.get("html"), changes.get("text"), changes.get("amp"))
        fields = {key: changes[key] for key in ("name", "html", "text", "amp", "definition") if key in changes}
        Template.objects.within(scope).filter(id=template_id).update(**fields, updated=now)
    return queries.get_template(scope, template_id)


def delete_template(scope: Scope, template_id: str) -> None:
    """Raises NotFound. Copies in campaigns stay."""
    Template.objects.of(scope, template_id)
    Template.objects.within(scope).filter(id=template_id).delete()


def clone_template(
    scope: Scope, template_id: str, *, name: str | None = None, private: bool = False, now: datetime
) -> TemplateView:
    """A copy of its own. Raises NotFound, Invalid beyond a thousand templates."""
    source = Template.objects.of(scope, template_id)
    if not private and Template.objects.within(scope).filter(private=False).count() >= MOST:
        raise Invalid(f"An account may have at most {MOST} templates.", code="limit_reached")
    copy = Template(
        account_id=scope.account_id,
        name=name or (source.name if private else f"Clone of {source.name}"),
        editor_type=source.editor_type,
        html=source.html,
        text=source.text,
        amp=source.amp,
        definition=source.definition,
        private=private,
        created=now,
        updated=now,
    )
    return queries.view(insert(copy, ids.short_id))


def create_content(scope: Scope, *, name: str, definition: dict[str, Any], now: datetime) -> UniversalContentView:
    """A shared block. Raises Invalid for kinds that only the editor makes, and for template code that fails."""
    check_block(definition)
    row = UniversalContent(
        account_id=scope.account_id, name=named(name), definition=definition, created=now, updated=now
    )
    return queries.content_view(insert(row, ids.ulid))


def update_content(scope: Scope, content_id: str, changes: dict[str, Any], *, now: datetime) -> UniversalContentView:
    """Raises NotFound, Invalid."""
    UniversalContent.objects.of(scope, content_id)
    if "name" in changes:
        named(changes["name"])
    if "definition" in changes:
        check_block(changes["definition"])
    fields = {key: changes[key] for key in ("name", "definition") if key in changes}
    UniversalContent.objects.within(scope).filter(id=content_id).update(**fields, updated=now)
    return queries.get_content(scope, content_id)


def delete_content(scope: Scope, content_id: str) -> None:
    """Raises NotFound."""
    UniversalContent.objects.of(scope, content_id)
    UniversalContent.objects.within(scope).filter(id=content_id).delete()


def named(name: str) -> str:
    if not name.strip() or "\0" in name or len(name) > 1000:
        raise Invalid("'name' must have 1 to 1000 characters.", pointer=f"{AT}name")
    return name


def check_kind(editor_type: str, html: str | None, definition: dict[str, Any] | None, amp: str | None) -> None:
    if editor_type == DRAG_AND_DROP:
        if definition is None:
            raise Invalid("A drag-and-drop template needs a definition.", pointer=f"{AT}definition")
        if html or amp:
            raise Invalid("A drag-and-drop template takes no html or amp.", pointer=f"{AT}{'html' if html else 'amp'}")
    elif not html:
        raise Invalid(f"A {editor_type} template needs html.", pointer=f"{AT}html")
    elif definition is not None:
        raise Invalid(f"A {editor_type} template takes no definition.", pointer=f"{AT}definition")


def check_sources(html: str | None, text: str | None, amp: str | None) -> None:
    for name, source in (("html", html), ("text", text), ("amp", amp)):
        if source:
            compile_source(source, markup=name != "text", pointer=f"{AT}{name}")


def check_block(definition: dict[str, Any]) -> None:
    kind = definition.get("type")
    if definition.get("content_type") == "block" and kind not in BLOCKS:
        raise Invalid(
            f"Blocks made through the API are {', '.join(BLOCKS)}; {kind!r} is made in the editor.",
            pointer=f"{AT}definition/type",
        )
    data = definition.get("data")
    content = data.get("content") if isinstance(data, dict) else None
    if isinstance(content, str):
        compile_source(content, markup=True, pointer=f"{AT}definition/data/content")


def insert(row: Row, make_id: Any) -> Row:
    """Saves under a new id; the unique key decides, and a taken id is made again."""
    for _ in range(8):
        row.id = make_id()  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                row.save(force_insert=True)
            return row
        except IntegrityError:
            continue
    raise Conflict("No free id was found.")
