"""2023-02-22: rendering and copying a template have addresses of their own."""

from typing import Final

from cairn.api.kernel.changes import Change, Moved

RELEASE: Final = "2023-02-22"
CHANGES: Final[tuple[Change, ...]] = (
    Moved(RELEASE, "POST", "/api/templates/{id}/render", "/api/template-render", names=True),
    Moved(RELEASE, "POST", "/api/templates/{id}/clone", "/api/template-clone", names=True),
)
