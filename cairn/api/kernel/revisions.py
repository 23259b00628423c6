"""The `revision` header: which dated version of the API the caller wrote against. No Django."""

import bisect
import re
from dataclasses import dataclass

from cairn.api.kernel import errors

RELEASES = (
    "2022-10-17",
    "2023-01-24",
    "2023-02-22",
    "2023-06-15",
    "2023-07-15",
    "2023-08-15",
    "2023-09-15",
    "2023-10-15",
    "2023-12-15",
    "2024-02-15",
    "2024-05-15",
    "2024-06-15",
    "2024-07-15",
    "2024-10-15",
    "2025-01-15",
    "2025-04-15",
    "2025-07-15",
    "2025-10-15",
    "2026-01-15",
    "2026-04-15",
    "2026-07-15",
)
NEWEST = RELEASES[-1]
# Clients written against a release that came after this server are served the newest one, for a year.
HORIZON = "2027-07-15"
SHAPE = re.compile(r"(\d{4}-\d{2}-\d{2})(\.[A-Za-z0-9]+)?")


@dataclass(frozen=True, slots=True)
class Revision:
    """The release that serves the request; `beta` when the caller asked for the preview of it."""

    date: str
    beta: bool = False


LATEST = Revision(NEWEST)


def resolve(header: str | None) -> Revision:
    """The release for a header. A date between two releases means the earlier one, as Klaviyo serves it."""
    if not header:
        raise errors.invalid("The `revision` header is required, such as `revision: 2026-07-15`.")
    found = SHAPE.fullmatch(header.strip())
    if found is None:
        raise errors.invalid(f"Revision {header!r} is malformed; its form is YYYY-MM-DD[.suffix].")
    date, suffix = found.groups()
    if not RELEASES[0] <= date <= HORIZON:
        raise errors.invalid(f"Revision {header!r} is not served here: {RELEASES[0]} to {NEWEST} are.")
    return Revision(RELEASES[bisect.bisect_right(RELEASES, date) - 1], beta=suffix is not None)
