"""Named time frames of reports, on the account's clock: whole days from midnight to midnight."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cairn.kernel.errors import Invalid

LONGEST = timedelta(days=366)
Span = tuple[datetime, datetime]


def month_start(day: datetime, months_back: int = 0) -> datetime:
    month = day.year * 12 + day.month - 1 - months_back
    return day.replace(year=month // 12, month=month % 12 + 1, day=1)


def last_days(count: int) -> Callable[[datetime], Span]:
    """The last `count` days, today among them."""
    return lambda today: (today - timedelta(days=count - 1), today + timedelta(days=1))


def last_months(count: int) -> Callable[[datetime], Span]:
    """This month so far and the `count` - 1 before it."""
    return lambda today: (month_start(today, count - 1), today + timedelta(days=1))


FRAMES: dict[str, Callable[[datetime], Span]] = {
    "today": last_days(1),
    "yesterday": lambda today: (today - timedelta(days=1), today),
    "this_week": lambda today: (today - timedelta(days=today.weekday()), today + timedelta(days=1)),
    "last_7_days": last_days(7),
    "last_week": lambda today: (
        today - timedelta(days=today.weekday() + 7),
        today - timedelta(days=today.weekday()),
    ),
    "this_month": last_months(1),
    "last_30_days": last_days(30),
    "last_month": lambda today: (month_start(today, 1), month_start(today)),
    "last_90_days": last_days(90),
    "last_3_months": last_months(3),
    "last_365_days": last_days(365),
    "last_12_months": last_months(12),
    "this_year": lambda today: (today.replace(month=1, day=1), today + timedelta(days=1)),
    "last_year": lambda today: (
        today.replace(year=today.year - 1, month=1, day=1),
        today.replace(month=1, day=1),
    ),
}


def named(key: str, *, now: datetime, zone: ZoneInfo) -> Span:
    """A named frame as moments. Raises Invalid for a name that is none."""
    frame = FRAMES.get(key)
    if frame is None:
        raise Invalid(f"{key!r} is not a time frame.", pointer="/data/attributes/timeframe/key")
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = frame(today)
    return start.astimezone(UTC), end.astimezone(UTC)


def given(start: datetime, end: datetime, zone: ZoneInfo) -> Span:
    """A frame of one's own; offsets are ignored, the account's clock counts. Raises Invalid when empty or too long."""
    since, until = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in (start, end))
    if until <= since:
        raise Invalid("The end must come after the start.", pointer="/data/attributes/timeframe/end")
    if until - since > LONGEST:
        raise Invalid("A time frame is at most one year long.", pointer="/data/attributes/timeframe")
    return since, until


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as given, or on the zone's clock where it names no offset."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
