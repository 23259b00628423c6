"""When a campaign goes out, for everybody and for each recipient. Pure: the present comes in as an argument."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cairn.kernel.errors import Invalid

THROTTLES: Final = frozenset({1, 2, 5, 10, 11, 13, 14, 17, 20, 25, 33, 50})
EARLIEST_ZONE: Final = timedelta(hours=14)
AT: Final = "/data/attributes/send_strategy"


def moment(text: Any, pointer: str) -> datetime:
    """A moment as written in a strategy; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise Invalid("This is not a date and time in ISO 8601.", pointer=pointer) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check(strategy: Mapping[str, Any], channel: str) -> None:
    """Raises Invalid for a strategy that is incomplete or of another channel."""
    method = strategy.get("method")
    if method in ("static", "throttled"):
        moment(strategy.get("datetime"), f"{AT}/datetime")
    if method == "throttled" and strategy.get("throttle_percentage") not in THROTTLES:
        raise Invalid(
            f"'throttle_percentage' must be one of {', '.join(map(str, sorted(THROTTLES)))}.",
            pointer=f"{AT}/throttle_percentage",
        )
    if method == "smart_send_time" and channel != "email":
        raise Invalid("Smart send time is for email only.", pointer=f"{AT}/method")


def is_local(strategy: Mapping[str, Any]) -> bool:
    return strategy.get("method") == "static" and bool((strategy.get("options") or {}).get("is_local"))


def in_parts(strategy: Mapping[str, Any]) -> bool:
    """Whether recipients have their own times, so that sending takes hours."""
    return strategy.get("method") == "throttled" or is_local(strategy)


def start(strategy: Mapping[str, Any], *, now: datetime) -> datetime:
    """When sending begins. Raises Invalid for a strategy that cannot be carried out."""
    method = strategy.get("method", "immediate")
    if method == "immediate":
        return now
    if method not in ("static", "throttled"):
        raise Invalid(
            f"The strategy {method!r} cannot be sent yet. Choose immediate, static or throttled.",
            pointer=f"{AT}/method",
        )
    at = moment(strategy.get("datetime"), f"{AT}/datetime")
    # The first of the recipients' zones is 14 hours before UTC.
    return max(now, at - EARLIEST_ZONE if is_local(strategy) else at)


def throttled(count: int, begin: int, percentage: int, *, at: datetime, total: int) -> list[datetime]:
    """Due times of `count` recipients from place `begin`: so many percent of all each hour."""
    each = max(1, math.ceil(total * percentage / 100))
    return [at + timedelta(hours=place // each) for place in range(begin, begin + count)]


def zone_of(name: Any, otherwise: tzinfo) -> tzinfo:
    try:
        return ZoneInfo(str(name)) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def local(strategy: Mapping[str, Any], zones: Sequence[tzinfo], *, now: datetime) -> list[datetime]:
    """Due times by the recipients' own clocks. Where the time has passed: at once, or on the next day."""
    wall = moment(strategy.get("datetime"), f"{AT}/datetime").astimezone(UTC).replace(tzinfo=None)
    at_once = bool((strategy.get("options") or {}).get("send_past_recipients_immediately"))
    dues: dict[tzinfo, datetime] = {}
    for zone in set(zones):
        due = wall.replace(tzinfo=zone)
        if due < now:
            due = now if at_once else due + timedelta(days=1)
        dues[zone] = due.astimezone(UTC)
    return [dues[zone] for zone in zones]
