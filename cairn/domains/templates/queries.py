"""Reading templates, compiling and rendering them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from cairn.domains.templates.contracts import Rendered, TemplateView, UniversalContentView
from cairn.domains.templates.dialect.compiler import Compiled, compile_source
from cairn.domains.templates.dialect.environment import Environment
from cairn.domains.templates.mentions import mentioning as mentioning
from cairn.domains.templates.mentions import mentions as mentions
from cairn.domains.templates.models import Template, UniversalContent
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

COLUMNS: Final = {"id": "id", "name": "name", "created": "created", "updated": "updated"}
CONTENT_COLUMNS: Final = {
    **COLUMNS,
    "definition.content_type": "definition__content_type",
    "definition.type": "definition__type",
}


def view(row: Template) -> TemplateView:
    return TemplateView(
        row.id, row.name, row.editor_type, row.html, row.text, row.amp, row.definition, row.created, row.updated
    )


def content_view(row: UniversalContent) -> UniversalContentView:
    return UniversalContentView(row.id, row.name, row.definition, row.created, row.updated)


def list_templates(scope: Scope, listing: Listing) -> Page[TemplateView]:
    rows = Template.objects.within(scope).filter(matching(listing.where, COLUMNS), private=False)
    return paged(rows, listing, view)


def get_template(scope: Scope, template_id: str) -> TemplateView:
    """Raises NotFound."""
    return view(Template.objects.of(scope, template_id))


def get_templates(scope: Scope, ids: Sequence[str]) -> Sequence[TemplateView]:
    """Those of `ids` that exist, copies of campaign messages included."""
    return [view(row) for row in Template.objects.within(scope).filter(id__in=ids)]


def shared_ids(scope: Scope, ids: Collection[str]) -> set[str]:
    """Those of `ids` that are templates which all may name: copies of campaign messages are not."""
    return set(Template.objects.within(scope).filter(id__in=ids, private=False).values_list("id", flat=True))


def list_content(scope: Scope, listing: Listing) -> Page[UniversalContentView]:
    rows = UniversalContent.objects.within(scope).filter(matching(listing.where, CONTENT_COLUMNS))
    return paged(rows, listing, content_view)


def get_content(scope: Scope, content_id: str) -> UniversalContentView:
    """Raises NotFound."""
    return content_view(UniversalContent.objects.of(scope, content_id))


def compiled(
    source: str, *, markup: bool, pointer: str | None = None, targets: Sequence[tuple[str, str]] = ()
) -> Compiled:
    """A source that is ready to render. `targets` are the addresses that `{% cairn:follow N %}` stands for. Raises
    Invalid with the line and a remedy."""
    return compile_source(source, markup=markup, pointer=pointer, targets=targets)


def render_template(scope: Scope, template_id: str, context: dict[str, Any], *, now: datetime) -> Rendered:
    """A template with the caller's variables; missing ones print nothing. Raises NotFound, Invalid."""
    row = Template.objects.of(scope, template_id)
    environment = Environment(now=now)

    def filled(source: str | None, markup: bool) -> str | None:
        return None if source is None else compile_source(source, markup=markup).render(context, environment)

    return Rendered(filled(row.html, True) or "", filled(row.text, False), filled(row.amp, True))
