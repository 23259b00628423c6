"""Opaque cursors: a position in one listing, sealed, so that nobody can make one up."""

import hashlib
from urllib.parse import parse_qs, urlsplit

from cairn.api.kernel import errors
from cairn.kernel.errors import Invalid
from cairn.kernel.pages import PageRequest
from cairn.kernel.signing import seal, unseal

PURPOSE = "cursor"


def fingerprint(*parts: str) -> str:
    """What a cursor belongs to: path, filter and sort. Another listing's cursor would skip rows in silence."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def write(key: str, listing: str, position: tuple[str, ...], *, backwards: bool) -> str:
    return seal(key, PURPOSE, [listing, backwards, *position])


def read(key: str, listing: str, cursor: str | None, size: int) -> PageRequest:
    """The page that a cursor names. Clients also send the whole `next` link as the cursor."""
    if not cursor:
        return PageRequest(size=size)
    if cursor.startswith(("http://", "https://")):
        cursor = parse_qs(urlsplit(cursor).query).get("page[cursor]", [""])[0]
    try:
        owner, backwards, *position = unseal(key, PURPOSE, cursor, list)
    except (Invalid, ValueError):
        raise errors.invalid("Invalid page cursor.", parameter="page[cursor]") from None
    if owner != listing:
        raise errors.invalid("This cursor belongs to another listing.", parameter="page[cursor]")
    return PageRequest(size=size, after=tuple(position), backwards=bool(backwards))
