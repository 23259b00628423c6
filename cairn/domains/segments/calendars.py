"""Days of a time zone as ranges of seconds since 1970, and what its clocks show.

What is written without an offset, a birthday or a time on a clock, is when the clocks of the zone first show it. So it
has one place in time also in the hour that comes twice, and in the one that does not come. Such texts are stored and
compared as if they were UTC, as readings: it is the edges of windows, a few numbers, that are put on the same clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400
EPOCH = date(1970, 1, 1)
MIDNIGHT_1970 = datetime(1970, 1, 1, tzinfo=UTC)
# Before and after, a zone's offset is what it was or will be at these times.
EARLIEST, LATEST = -5_000_000_000, 12_000_000_000
SAME_AS_UTC = frozenset({"", "UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a time zone; `zone` is its IANA name."""

    zone: str

    @property
    def is_utc(self) -> bool:
        return self.zone == "UTC"

    def offset(self, second: int) -> int:
        """By how much the clocks are ahead of UTC."""
        return 0 if self.zone == "UTC" else offset_at(self.zone, min(max(second, EARLIEST), LATEST))

    def reading(self, second: int) -> int:
        """What the clocks show, as seconds."""
        return second + self.offset(second)

    def furthest(self, second: int) -> int:
        """The latest reading until then: where clocks go back, what they showed before."""
        return second if self.zone == "UTC" else furthest_reading(self.zone, second)

    def behind(self, second: int) -> int:
        """The first reading that the clocks did not come to before this second: an edge for readings."""
        return self.furthest(second - 1) + 1

    def reached(self, reading: int) -> int:
        """When the clocks first show it, or what lies behind it."""
        return reading if self.zone == "UTC" else first_reached(self.zone, reading)

    def day(self, second: int) -> int:
        """The day that has begun last, counted since 1970."""
        return self.furthest(second) // DAY

    def start(self, day: int) -> int:
        """The first second of a day that is counted since 1970."""
        return self.reached(day * DAY)

    def date(self, second: int) -> date:
        """The date that the calendar on the wall shows."""
        return EPOCH + timedelta(days=self.reading(second) // DAY)


UTC_DAYS = Calendar("UTC")


@lru_cache(maxsize=1024)
def calendar_of(zone: str) -> Calendar:
    """The days of a zone by its name; of one that nobody knows any more, UTC's."""
    try:
        return UTC_DAYS if zone in SAME_AS_UTC or ZoneInfo(zone) is None else Calendar(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC_DAYS


@lru_cache(maxsize=65_536)
def offset_at(zone: str, second: int) -> int:
    found = (MIDNIGHT_1970 + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if found is None else int(found.total_seconds())


def furthest_reading(zone: str, second: int) -> int:
    calendar = Calendar(zone)
    shown, offset = calendar.reading(second), calendar.offset(second - DAY)
    if offset <= calendar.offset(second):
        return shown
    # Clocks went back within the last day: the last second with the old offset.
    old, new = second - DAY, second
    while new - old > 1:
        middle = (old + new) // 2
        old, new = (middle, new) if calendar.offset(middle) == offset else (old, middle)
    return max(shown, old + offset)


@lru_cache(maxsize=65_536)
def first_reached(zone: str, reading: int) -> int:
    calendar = Calendar(zone)
    early, late = reading - 2 * DAY, reading + 2 * DAY
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (early, middle) if calendar.furthest(middle) >= reading else (middle, late)
    return late
