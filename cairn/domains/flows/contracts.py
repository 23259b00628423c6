"""What crosses the border of flows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class FlowView:
    """A flow as others see it, without its definition."""

    id: str
    name: str
    status: str
    archived: bool
    trigger_type: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class FlowActionView:
    """`status` is empty where a kind of action has none."""

    id: str
    flow_id: str
    action_type: str
    status: str
    definition: Mapping[str, Any]
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class FlowMessageView:
    """`template_id` is empty where no template is named."""

    id: str
    action_id: str
    template_id: str
    channel: str
    name: str
    definition: Mapping[str, Any]
    created: datetime
    updated: datetime
