"""Intervals of time in a zone: hours, days, weeks from Monday, months."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cairn.domains.analytics.contracts import Interval
from cairn.kernel.errors import Invalid

MOST_BUCKETS = 10_000


def start_of(moment: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """The start of the interval that `moment` lies in, on the zone's clock."""
    local = moment.astimezone(zone)
    if interval is Interval.HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    if interval is Interval.MONTH:
        return day.replace(day=1)
    return day


def after(start: datetime, interval: Interval, zone: ZoneInfo) -> datetime:
    """The start of the next interval. An hour is 3,600 seconds, also when the clocks change; a day is a date."""
    if interval is Interval.HOUR:
        return (start.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    if interval is Interval.DAY:
        return start + timedelta(days=1)
    if interval is Interval.WEEK:
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def bucket_starts(since: datetime, until: datetime, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """Starts of all intervals that the range touches; without `until` itself. Raises Invalid for none or too many."""
    if until <= since:
        raise Invalid("The end of the time range must come after its start.", pointer="/data/attributes/filter")
    found = list(_starts(since, until, interval, zone))
    if len(found) > MOST_BUCKETS:
        raise Invalid("The time range is too long for this interval.", pointer="/data/attributes/filter")
    return found


def _starts(since: datetime, until: datetime, interval: Interval, zone: ZoneInfo) -> Iterator[datetime]:
    start = start_of(since, interval, zone)
    for _ in range(MOST_BUCKETS + 1):
        if start.astimezone(UTC) >= until:
            return
        yield start
        start = after(start, interval, zone)
