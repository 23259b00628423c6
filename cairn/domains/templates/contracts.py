"""What crosses the border of templates: stored sources, compiled ones, and what a rendering may know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.domains.templates.dialect.compiler import Compiled
from cairn.domains.templates.dialect.environment import Environment, Links, NoLinks
from cairn.domains.templates.dialect.limits import BRACES, TooMuch, runs_away

__all__ = [
    "BRACES",
    "Compiled",
    "Environment",
    "Links",
    "NoLinks",
    "Rendered",
    "TemplateView",
    "TooMuch",
    "UniversalContentView",
    "runs_away",
]


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as others see it."""

    id: str
    name: str
    editor_type: str
    html: str
    text: str | None
    amp: str | None
    definition: dict[str, Any] | None
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A template that shows a property. A private one is a campaign message's copy."""

    id: str
    name: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with its variables filled in."""

    html: str
    text: str | None
    amp: str | None


@dataclass(frozen=True, slots=True)
class UniversalContentView:
    """A shared block. Pictures of it are not made, so `screenshot_status` is always never_generated."""

    id: str
    name: str
    definition: dict[str, Any]
    created: datetime
    updated: datetime
    screenshot_status: str = "never_generated"
    screenshot_url: str = ""
