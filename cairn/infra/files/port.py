"""What keeping files means, wherever they lie."""

import re
from contextlib import AbstractContextManager
from typing import IO, Final, Protocol

PART: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")


class Files(Protocol):
    """Bytes under keys such as `images/Y6nRLr/9f0c….png`. A key that is no plain path raises ValueError."""

    def put(self, key: str, content: bytes) -> None:
        """Keep the bytes: whoever reads sees all of them or none."""

    def get(self, key: str) -> bytes | None:
        """The bytes; None where there are none."""

    def write(self, key: str) -> AbstractContextManager[IO[bytes]]:
        """A file to be filled: it is there under the key when the block ends well, and never by halves."""

    def open(self, key: str) -> IO[bytes] | None:
        """The file, to be read piece by piece, and from any place; None where there is none."""

    def delete(self, key: str) -> None:
        """Forget the key, if it is there."""


def parts(key: str) -> list[str]:
    """The key's folders and name. No part begins with a dot, so none leads upwards."""
    found = key.split("/")
    if not all(PART.fullmatch(part) for part in found):
        raise ValueError(f"{key!r} is no key of a file.")
    return found
