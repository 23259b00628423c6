"""The words in which a resource is declared. One `Resource` gives routes, validation, documents and OpenAPI.

`docs/develop/api-kernel.md` shows a complete one. Handlers are functions of the resource's file (or a domain's own,
where the shape fits); their arguments by kind:

    List    call(scope, listing: Listing) -> Page[Row] | Sequence[Row]
    Get     call(scope, id) -> Row                          raises NotFound
    Create  call(scope, body: Body[Attributes]) -> Row | Reply | None
    Update  call(scope, id, body) -> Row | None
    Delete  call(scope, id) -> None
    Related call(scope, id, listing) -> Page[Row]           only for paged relationships
    Change  call(scope, id, ids) -> None
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

import msgspec

from cairn.api.kernel.filters import Field
from cairn.api.kernel.ratelimit import Limit, S
from cairn.kernel.scope import Scope

Row: TypeAlias = Any
Shape: TypeAlias = type[msgspec.Struct]
Handler: TypeAlias = Callable[..., Any]
Loader: TypeAlias = Callable[[Scope, Sequence[str]], Sequence[Row]]
Values: TypeAlias = Callable[[Scope, Sequence[Row]], Mapping[str, Any]]
Ids: TypeAlias = Callable[[Scope, Sequence[Row]], Mapping[str, Sequence[str]]]

DEFAULT_MAX_BODY = 5 * 1024 * 1024


class Auth(Enum):
    """Who may call: a private key or a signed-in user, a signed-in user only, anyone."""

    ACCOUNT = "account"
    SESSION = "session"
    NONE = "none"


@dataclass(frozen=True)
class Paging:
    """`page[size]`: what holds without it, and the most; `settable` false: there is no such parameter."""

    default: int
    maximum: int
    settable: bool = True


@dataclass(frozen=True)
class Link:
    """A relationship in a request's body. With `clears` an identifier whose id is null means nobody, too."""

    type: str
    many: bool = False
    required: bool = False
    clears: bool = False


@dataclass(frozen=True)
class Cost:
    """A lower limit for a request with this value in a query parameter, shared by all operations that have it."""

    parameter: str
    value: str
    limit: Limit


@dataclass(frozen=True)
class Operation:
    """What every operation has. `id` is the operationId; `path`, if not the resource's own, such as
    "/api/template-render"."""

    id: str
    call: Handler
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    limit: Limit = field(default=S, kw_only=True)
    summary: str = field(default="", kw_only=True)
    path: str = field(default="", kw_only=True)
    auth: Auth = field(default=Auth.ACCOUNT, kw_only=True)
    costs: tuple[Cost, ...] = field(default=(), kw_only=True)
    extension: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Reading:
    """What a caller may ask of a listing."""

    filters: Mapping[str, Field] = field(default_factory=dict, kw_only=True)
    required_filters: tuple[str, ...] = field(default=(), kw_only=True)
    sorts: tuple[str, ...] = field(default=(), kw_only=True)
    default_sort: str = field(default="id", kw_only=True)
    page: Paging | None = field(default=None, kw_only=True)
    include: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class List(Reading, Operation):
    """GET of the collection."""


@dataclass(frozen=True)
class Get(Operation):
    """GET of one."""

    include: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Writing:
    """The body that a write takes. `takes` is the `type` in the body where it is not the resource's own; `body_id`
    says whether `data.id` must be there (an update demands it in any case)."""

    body: Shape | None = field(default=None, kw_only=True)
    takes: str = field(default="", kw_only=True)
    body_id: bool = field(default=False, kw_only=True)
    links: Mapping[str, Link] = field(default_factory=dict, kw_only=True)
    meta: Shape | None = field(default=None, kw_only=True)
    max_body: int = field(default=DEFAULT_MAX_BODY, kw_only=True)
    multipart: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Create(Writing, Operation):
    """POST: a new one (201), a computation (200), a job (202), or a plain acknowledgement (202 or 204, no body). `also`
    are statuses that the handler may answer with instead, `shows` opt-in attributes that the answer has unasked."""

    status: int = field(default=201, kw_only=True)
    also: tuple[int, ...] = field(default=(), kw_only=True)
    shows: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Update(Writing, Operation):
    """PATCH of one; 204 shows nothing."""

    status: int = field(default=200, kw_only=True)


@dataclass(frozen=True)
class Delete(Operation):
    """DELETE of one, or of the whole collection with `every`."""

    every: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Related(Reading):
    """GET of what a relationship leads to, and of its ids. Without `call`, the relationship's own `ids` and the
    target's `load` answer. `extension`: only the ids are official."""

    id: str
    linkage_id: str | None = None
    call: Handler | None = None
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    limit: Limit = field(default=S, kw_only=True)
    costs: tuple[Cost, ...] = field(default=(), kw_only=True)
    summary: str = field(default="", kw_only=True)
    extension: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Change:
    """POST (add), PATCH (replace) or DELETE (remove) of a relationship. `call(scope, id, ids)`; ids of a to-one PATCH
    are none or one. With `existing` the kernel first asks the other type's `load` for them: 404 for what is absent."""

    id: str
    call: Handler
    scopes: tuple[str, ...] = field(default=(), kw_only=True)
    limit: Limit = field(default=S, kw_only=True)
    maximum: int = field(default=1000, kw_only=True)
    existing: bool = field(default=False, kw_only=True)
    summary: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Relationship:
    """A named way from a resource to others of `type`. `ids` answers for a whole page of rows at once; None: there is
    never anything (the other side has no domain yet). `shown`: the ids are in every document, not only when
    included."""

    name: str
    type: str
    many: bool
    ids: Ids | None = None
    shown: bool = field(default=False, kw_only=True)
    related: Related | None = field(default=None, kw_only=True)
    add: Change | None = field(default=None, kw_only=True)
    replace: Change | None = field(default=None, kw_only=True)
    remove: Change | None = field(default=None, kw_only=True)


def to_many(
    name: str,
    type: str,
    ids: Ids | None = None,
    *,
    shown: bool = False,
    related: Related | None = None,
    add: Change | None = None,
    replace: Change | None = None,
    remove: Change | None = None,
) -> Relationship:
    return Relationship(name, type, True, ids, shown=shown, related=related, add=add, replace=replace, remove=remove)


def to_one(
    name: str,
    type: str,
    ids: Ids | str | None = None,
    *,
    shown: bool = False,
    related: Related | None = None,
    replace: Change | None = None,
) -> Relationship:
    """`ids` may be the name of the row's attribute that holds the other's id."""
    found = by_attribute(ids) if isinstance(ids, str) else ids
    return Relationship(name, type, False, found, shown=shown, related=related, replace=replace)


def by_attribute(name: str) -> Ids:
    """Ids of a to-one relationship, from the rows themselves."""

    def ids(_: Scope, rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
        return {row.id: (getattr(row, name),) for row in rows if getattr(row, name)}

    return ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource type. `attributes` describes what documents show; each is read from the row by its name, or all
    from what `show(row)` returns. `additional` are opt-in attributes (`additional-fields`), each with a loader for a
    page of rows, or None where the row has it anyway. `load` finds rows by ids, for includes and relationships."""

    type: str
    path: str
    attributes: Shape
    operations: tuple[Operation, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    additional: Mapping[str, Values | None] = field(default_factory=dict)
    show: Callable[[Row], Any] | None = None
    load: Loader | None = None
    tag: str = ""
    subtag: str = ""
    extension: bool = False
    summary: str = ""


@dataclass(frozen=True)
class Reply:
    """A handler's answer with a status other than the declared one."""

    row: Row | None
    status: int
