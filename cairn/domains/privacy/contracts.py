"""What crosses the border of privacy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec

REDACTED = "privacy.redacted"
"""Kind of a record on the log that was wholly about somebody who is deleted."""

DELETION, EXPORT = "deletion", "export"


class Redacted(msgspec.Struct):
    """Log command `privacy.redacted`: nothing is left of it."""


Report: TypeAlias = Mapping[str, Mapping[str, int]]
"""What went, or what was written: a count per kind of thing, per store."""

ForgetTexts: TypeAlias = Callable[[str, Sequence[str]], int]
"""Removes what an account's rows of another package say of somebody, found by these texts in small letters; how many
rows."""


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A deletion or an export. `identifier` says what was given to find the person, not its value."""

    id: str
    kind: str
    status: str
    identifier: str
    asked_by: str
    found: int
    step: str
    report: Report
    size: int
    detail: str
    created: datetime
    started: datetime | None
    completed: datetime | None
    expires: datetime | None
    url: str | None
