"""Where an image comes from: an address on the internet, or a data URI that holds it."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from cairn import wiring
from cairn.domains.images.contracts import LARGEST
from cairn.infra.http.guard import Forbidden, Unreachable
from cairn.kernel.errors import Invalid

POINTER: Final = "/data/attributes/import_from_url"
DATA_URI: Final = re.compile(r"data:image/[a-z0-9.+-]+(?:;[^,;]*)*;base64,", re.IGNORECASE)
SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is the file's, as far as there is one."""

    name: str
    content: bytes


def fetched(url: str) -> Source:
    """Raises Invalid for what cannot be had, Unavailable while too much else is being fetched."""
    url = url.strip()
    if url[:5].lower() == "data:":
        return Source("image", inside(url))
    try:
        found = wiring.outgoing().get(url, most_bytes=LARGEST, seconds=SECONDS)
    except (Forbidden, Unreachable) as problem:
        raise Invalid(problem.detail, pointer=POINTER) from None
    last = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    return Source(unquote(last) or "image", found.content)


def inside(uri: str) -> bytes:
    """The bytes in a data URI."""
    head = DATA_URI.match(uri[:200])
    if head is None:
        raise Invalid("A data URI must begin with `data:image/…;base64,`.", pointer=POINTER)
    try:
        # Some writers escape the padding and the plus sign.
        return base64.b64decode(unquote_to_bytes(uri[head.end() :]), validate=True)
    except binascii.Error:
        raise Invalid("The data URI's base64 is broken.", pointer=POINTER) from None
