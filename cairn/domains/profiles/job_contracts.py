"""What others may know of bulk jobs; a part of `contracts`, where they find it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one item of a job cannot be taken, and what was sent."""

    code: str
    title: str
    detail: str
    pointer: str
    payload: Any


class JobKind(StrEnum):
    """What a bulk job does, as the type of its resource."""

    IMPORT = "profile-bulk-import-job"
    SUPPRESS = "profile-suppression-bulk-create-job"
    UNSUPPRESS = "profile-suppression-bulk-delete-job"


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A bulk job and how far it is."""

    id: str
    kind: str
    status: str
    total: int
    completed: int
    failed: int
    skipped: int
    list_ids: Sequence[str]
    segment_id: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class JobErrorInfo:
    """An item that a job could not take."""

    id: str
    code: str
    title: str
    detail: str
    pointer: str
    payload: Any
