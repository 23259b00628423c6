"""Members of a list without a sign of life: nothing opened, clicked or ordered for some time, and in it for longer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cairn.domains.events import queries as events
from cairn.domains.segments import evaluation
from cairn.domains.segments.names import metric_numbers
from cairn.domains.segments.parsing import parse
from cairn.domains.segments.references import resolved
from cairn.domains.segments.windows import seconds_of
from cairn.kernel.scope import Scope

SIGNS: Final = frozenset({"Opened Email", "Clicked Email", "Placed Order"})


def unengaged(scope: Scope, list_id: str, days: int, *, now: datetime) -> NDArray[np.uint32]:
    """Numbers of the members, by a definition as a segment has it. An order of any shop system is a sign."""
    metrics = [metric.id for metric in events.all_metrics(scope) if metric.name in SIGNS]
    definition = parse(
        {
            "condition_groups": [
                {"conditions": [member_since(list_id, days)]},
                *({"conditions": [never(metric_id, days)]} for metric_id in metrics),
            ]
        }
    )
    [asked] = resolved(scope, [definition])
    return evaluation.members_of(scope, asked, metric_numbers(scope), seconds_of(now))


def member_since(list_id: str, days: int) -> Mapping[str, Any]:
    return {
        "type": "profile-group-membership",
        "is_member": True,
        "group_ids": [list_id],
        "timeframe_filter": {"type": "date", "operator": "at-least", "quantity": days, "unit": "day"},
    }


def never(metric_id: str, days: int) -> Mapping[str, Any]:
    return {
        "type": "profile-metric",
        "metric_id": metric_id,
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "equals", "value": 0},
        "timeframe_filter": {"type": "date", "operator": "in-the-last", "quantity": days, "unit": "day"},
    }
