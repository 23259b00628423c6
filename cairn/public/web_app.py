"""The web app's files. Every address that nothing else answers is a page of the app."""

import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.infra.http.exchange import Header, Reply, Request

ENTRY: Final = "index.html"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
WORTH_PACKING: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")
SECURITY: Final[tuple[Header, ...]] = (
    (
        "content-security-policy",
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http:; "
        "font-src 'self' data:; frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'none'; form-action 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
)
NOT_BUILT: Final = b"The web app is not built; run `make setup`. The API is at /api.\n"


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    packed: bytes | None
    kind: str
    lasting: bool


class WebApp:
    """Serves a built app from memory, and reads it again when its entry page changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, File] = {}
        self._read_at: float | None = None

    def reply(self, request: Request) -> Reply:
        if request.method not in ("GET", "HEAD"):
            return Reply(405, b"", [("allow", "GET, HEAD")])
        self._refresh()
        name = request.path.lstrip("/")
        found = self._files.get(name)
        if found is None and (name.startswith("assets/") or "." in name.rpartition("/")[2]):
            return Reply(404, b"There is no such file.\n", [("content-type", "text/plain; charset=utf-8")])
        found = found or self._files.get(ENTRY)
        if found is None:
            return Reply(503, NOT_BUILT, [("content-type", "text/plain; charset=utf-8")])
        return self._send(found, request)

    def _send(self, file: File, request: Request) -> Reply:
        headers = [
            ("content-type", file.kind),
            ("cache-control", FOR_EVER if file.lasting else ASK_AGAIN),
            ("vary", "accept-encoding"),
            *SECURITY,
        ]
        content = file.content
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content = file.packed
            headers.append(("content-encoding", "gzip"))
        return Reply(200, b"" if request.method == "HEAD" else content, headers)

    def _refresh(self) -> None:
        try:
            changed = (self._folder / ENTRY).stat().st_mtime
        except OSError:
            return
        if changed != self._read_at:
            self._files = {
                path.relative_to(self._folder).as_posix(): read(path, self._folder)
                for path in self._folder.rglob("*")
                if path.is_file()
            }
            self._read_at = changed


def read(path: Path, folder: Path) -> File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(content, 6) if kind.startswith(WORTH_PACKING) or kind.endswith("javascript") else None
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    # Names of assets carry a hash of their content.
    lasting = path.relative_to(folder).parts[0] == "assets"
    return File(content, packed, kind, lasting)
