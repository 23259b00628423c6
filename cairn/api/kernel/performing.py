"""Carrying out one operation: parse what its kind takes, call the handler, write what its kind answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from cairn.api.kernel import bodies, cursors, declare, documents, errors, filters, sparse
from cairn.api.kernel.bodies import Body, Upload
from cairn.api.kernel.declare import Link, Paging, Reply, Row
from cairn.api.kernel.documents import Writer
from cairn.api.kernel.routes import Route, Table
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

WHOLE = Paging(default=1000, maximum=1000, settable=False)


def itself(document: Any) -> Any:
    return document


@dataclass(frozen=True, slots=True)
class Context:
    """One request, as far as it is understood: who asks (or, without account, from where), and for what. `adapted`
    makes a body of an older release one of the newest."""

    route: Route
    table: Table
    scope: Scope
    request: HttpRequest
    id: str | None
    parameters: Mapping[str, str]
    base: str
    secret: str
    adapted: Callable[[Any], Any] = itself

    @property
    def caller(self) -> Scope | HttpRequest:
        """What handlers get first: the scope; the request itself where signing in and out is the matter."""
        return self.request if self.route.auth is not declare.Auth.ACCOUNT else self.scope

    def writer(self) -> Writer:
        wishes = sparse.wishes(self.parameters, self.table.resources)
        return Writer(self.scope, self.base, self.table.resources, wishes)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    document: dict[str, Any] | None = None


def perform(context: Context) -> Answer:
    return PERFORMERS[type(context.route.step)](context)


def included(context: Context, allowed: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in context.parameters.get("include", "").split(",") if name))
    unknown = [name for name in names if name not in allowed]
    if unknown:
        possible = ", ".join(allowed) or "nothing"
        raise errors.invalid(f"Cannot include {', '.join(unknown)}; possible here: {possible}.", parameter="include")
    return names


def page_size(context: Context, paging: Paging) -> int:
    given = context.parameters.get("page[size]")
    if given is None or not paging.settable:
        return paging.default
    if not given.isdecimal() or not 1 <= int(given[:6]) <= paging.maximum:
        raise errors.invalid(f"page[size] must be a number from 1 to {paging.maximum}.", parameter="page[size]")
    return int(given)


def sorting(context: Context, reading: declare.Reading) -> Sort:
    given = context.parameters.get("sort") or reading.default_sort
    field = given.removeprefix("-")
    if "sort" in context.parameters and field not in reading.sorts:
        possible = ", ".join(reading.sorts) or "none"
        raise errors.invalid(f"Cannot sort by {given!r}; possible here: {possible}.", parameter="sort")
    return Sort(field, given.startswith("-"))


def fingerprint(context: Context) -> str:
    parts = (context.parameters.get(name, "") for name in ("filter", "sort"))
    return cursors.fingerprint(context.request.path.rstrip("/"), *parts)


def listing(context: Context, reading: declare.Reading, type_: str, writer: Writer) -> Listing:
    paging = reading.page or WHOLE
    where = filters.read(context.parameters.get("filter"), reading.filters, reading.required_filters)
    cursor = context.parameters.get("page[cursor]")
    page = cursors.read(context.secret, fingerprint(context), cursor, page_size(context, paging))
    return Listing(page, sorting(context, reading), where, writer.wish(type_).additional)


def page_links(context: Context, page: Page[Row]) -> dict[str, str | None]:
    address = f"{context.base}{context.request.path}"
    mark = fingerprint(context)

    def link(position: tuple[str, ...] | None, *, backwards: bool = False) -> str | None:
        if position is None:
            return None
        cursor = cursors.write(context.secret, mark, position, backwards=backwards)
        return f"{address}?{urlencode({**context.parameters, 'page[cursor]': cursor})}"

    query = f"?{urlencode(context.parameters)}" if context.parameters else ""
    return {"self": address + query, "next": link(page.next), "prev": link(page.previous, backwards=True)}


def as_page(found: Page[Row] | Sequence[Row]) -> Page[Row]:
    return found if isinstance(found, Page) else Page(rows=list(found))


def perform_list(context: Context) -> Answer:
    step = context.route.step
    assert isinstance(step, declare.List)
    writer = context.writer()
    include = included(context, step.include)
    wanted = listing(context, step, context.route.resource.type, writer)
    page = as_page(step.call(context.caller, wanted))
    return Answer(200, writer.many(context.route.resource, page.rows, page_links(context, page), include))


def perform_get(context: Context) -> Answer:
    step = context.route.step
    assert isinstance(step, declare.Get)
    include = included(context, step.include)
    writer = context.writer()
    row = step.call(context.caller, context.id) if context.id is not None else step.call(context.caller)
    return Answer(200, writer.one(context.route.resource, row, include))


def read_body(context: Context, writing: declare.Writing, *, id_: str | None) -> Body[Any]:
    if writing.multipart:
        return read_form(context, writing)
    document = context.adapted(bodies.decode(raw_body(context, writing.max_body)))
    type_ = writing.takes or context.route.resource.type
    data = bodies.resource(document, type=type_, id=id_, needs_id=writing.body_id)
    attributes: Any = None
    if writing.body is not None:
        if "attributes" not in data:
            raise errors.invalid("The attribute 'attributes' is required.", pointer="/data/attributes")
        if data.get("attributes") is None:
            raise errors.invalid("'attributes' is a required field.", pointer="/data/attributes")
        attributes = bodies.convert(data["attributes"], writing.body, "/data/attributes")
    meta = data.get("meta")
    if writing.meta is not None and meta is not None:
        meta = bodies.convert(meta, writing.meta, "/data/meta")
    links = bodies.linkages(data, writing.links)
    return Body(attributes, data.get("id"), links, meta if writing.meta is not None else None)


def raw_body(context: Context, limit: int) -> bytes:
    given = context.request.content_type or ""
    if given not in bodies.JSON_TYPES:
        raise errors.unsupported_media_type(given)
    if int(context.request.headers.get("Content-Length") or 0) > limit:
        raise errors.payload_too_large(limit)
    raw = context.request.body
    if len(raw) > limit:
        raise errors.payload_too_large(limit)
    return raw


def read_form(context: Context, writing: declare.Writing) -> Body[Any]:
    if context.request.content_type != "multipart/form-data":
        raise errors.unsupported_media_type(context.request.content_type or "")
    if int(context.request.headers.get("Content-Length") or 0) > writing.max_body:
        raise errors.payload_too_large(writing.max_body)
    files = {
        name: Upload(file.name or name, file.content_type or "", cast(IO[bytes], file))
        for name, file in context.request.FILES.items()
        if isinstance(file, UploadedFile)
    }
    if not files:
        raise errors.invalid("'file' is a required field.", pointer="/data/attributes/file")
    fields = dict(context.request.POST.items())
    attributes = bodies.convert(fields, writing.body, "/data/attributes") if writing.body else fields
    return Body(attributes, files=files)


def written(context: Context, result: Row | Reply | None, status: int, shows: Sequence[str] = ()) -> Answer:
    row, code = (result.row, result.status) if isinstance(result, Reply) else (result, status)
    if row is None or code == 204:
        return Answer(code)
    return Answer(code, context.writer().showing(context.route.resource.type, shows).one(context.route.resource, row))


def perform_create(context: Context) -> Answer:
    step = context.route.step
    assert isinstance(step, declare.Create)
    body = read_body(context, step, id_=None)
    context.writer()  # A wrong `fields[…]` is refused before anything is written.
    return written(context, step.call(context.caller, body), step.status, step.shows)


def perform_update(context: Context) -> Answer:
    step = context.route.step
    assert isinstance(step, declare.Update)
    body = read_body(context, step, id_=context.id)
    context.writer()
    return written(context, step.call(context.caller, context.id, body), step.status)


def perform_delete(context: Context) -> Answer:
    step = context.route.step
    assert isinstance(step, declare.Delete)
    if context.id is None:
        step.call(context.caller)
    else:
        step.call(context.caller, context.id)
    return Answer(204)


def perform_related(context: Context) -> Answer:
    step, relationship = context.route.step, context.route.relationship
    assert isinstance(step, declare.Related) and relationship is not None and context.id is not None
    if step.call is not None:
        return related_page(context, step, relationship)
    owner = existing(context)
    ids = relationship.ids(context.scope, [owner]).get(owner.id, ()) if relationship.ids else ()
    self_link = {"self": f"{context.base}{context.request.path}"}
    if context.route.linkage:
        data = documents.identifiers(relationship.type, ids)
        return Answer(200, {"data": data if relationship.many else next(iter(data), None), "links": self_link})
    target = context.table.resources.get(relationship.type)
    writer = context.writer()
    include = included(context, step.include)
    rows = list(target.load(context.scope, list(ids))) if target and target.load and ids else []
    if relationship.many:
        if target is None:
            return Answer(200, {"data": [], "links": self_link})
        return Answer(200, writer.many(target, rows, self_link, include))
    if target is None or not rows:
        return Answer(200, {"data": None, "links": self_link})
    return Answer(200, writer.one(target, rows[0], include))


def existing(context: Context) -> Row:
    """The resource that the path names. Raises NotFound, through its own `get` or `load`."""
    resource = context.route.resource
    getter = next((step for step in resource.operations if isinstance(step, declare.Get)), None)
    if getter is not None:
        return getter.call(context.scope, context.id)
    rows = resource.load(context.scope, [context.id or ""]) if resource.load else ()
    if not rows:
        raise errors.Refused([errors.not_found(f"A {resource.type} with id {context.id} does not exist.")])
    return rows[0]


def related_page(context: Context, step: declare.Related, relationship: declare.Relationship) -> Answer:
    assert step.call is not None
    writer = context.writer()
    include = included(context, step.include)
    wanted = listing(context, step, relationship.type, writer)
    page = as_page(step.call(context.scope, context.id, wanted))
    links = page_links(context, page)
    if context.route.linkage:
        return Answer(
            200, {"data": documents.identifiers(relationship.type, (row.id for row in page.rows)), "links": links}
        )
    return Answer(200, writer.many(context.table.resources[relationship.type], page.rows, links, include))


def perform_change(context: Context) -> Answer:
    step, relationship = context.route.step, context.route.relationship
    assert isinstance(step, declare.Change) and relationship is not None
    document = bodies.decode(raw_body(context, declare.DEFAULT_MAX_BODY))
    if not isinstance(document, dict) or "data" not in document:
        raise errors.invalid("The body must be an object with the member `data`.", pointer="/data")
    ids = bodies.linkage(document["data"], Link(relationship.type, many=relationship.many), "/data")
    if len(ids) > step.maximum:
        raise errors.invalid(f"At most {step.maximum} at a time.", pointer="/data")
    if step.existing and ids:
        demand_existing(context, relationship.type, ids)
    step.call(context.scope, context.id, ids)
    return Answer(204)


def demand_existing(context: Context, type_: str, ids: Sequence[str]) -> None:
    target = context.table.resources.get(type_)
    found = target.load(context.scope, list(ids)) if target and target.load else ()
    missing = sorted(set(ids) - {str(row.id) for row in found})
    if missing:
        raise errors.Refused([errors.not_found(f"A {type_} with id {missing[0]} does not exist.")])


PERFORMERS: Mapping[type[Any], Callable[[Context], Answer]] = {
    declare.List: perform_list,
    declare.Get: perform_get,
    declare.Create: perform_create,
    declare.Update: perform_update,
    declare.Delete: perform_delete,
    declare.Related: perform_related,
    declare.Change: perform_change,
}
