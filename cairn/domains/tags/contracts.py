"""What crosses the border of tags."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagGroupRow:
    id: str
    name: str
    exclusive: bool
    default: bool


@dataclass(frozen=True, slots=True)
class TagRow:
    id: str
    name: str
    group_id: str
