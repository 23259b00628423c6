"""What crosses the border of properties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

WORK_WANTED = "properties.work"


class Kind(StrEnum):
    """The type of a value, as filters speak of it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"
    OBJECT = "object"
    NULL = "null"


Sample = str | int | float | bool


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """One property, as `of` looked-at profiles or events show it, `seen` of which have it.

    `metric_id` is empty for a property of profiles. `types` counts values by their type; `inferred_type` is the most
    frequent of those that say anything; `coverage` is the share that has it.
    """

    id: str
    metric_id: str
    property: str
    label: str
    is_hidden: bool
    inferred_type: str
    types: Mapping[str, int]
    seen: int
    of: int
    coverage: float
    sample_values: Sequence[Sample]
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class InnerProperty:
    """One inside another, as conditions name it: `Items['SKU']`. What is in a list is a list of values."""

    property: str
    inferred_type: str
    sample_values: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Use:
    """Something that names a property or a metric. `type` is segment, template, campaign, custom-metric or
    mapped-metric."""

    type: str
    id: str
    name: str


class JobAction(StrEnum):
    RENAME = "rename"
    DELETE = "delete"


class JobStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class PropertyJobInfo:
    """`progress` is a share from 0 to 1; `changed` counts the profiles that had the property."""

    id: str
    action: str
    property: str
    new_name: str
    status: str
    progress: float
    changed: int
    created: datetime
    finished: datetime | None


class WorkWanted(msgspec.Struct, frozen=True):
    """Fact `properties.work`: the next batch of this job is to be done."""

    account_id: str
    job_id: str
