"""Time frames as half-open ranges of whole seconds since 1970.

Days and weeks begin at midnight of the account's calendar, hours roll. A bound is fixed, rolls with the clock or jumps
at midnight; its motion is what makes a profile's membership change though nobody did anything, and `moved` says which
instants it passed.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from cairn.domains.segments.calendars import DAY, EPOCH, UTC_DAYS, Calendar, calendar_of
from cairn.domains.segments.definition import DateFilter, LocalDateFilter, day_of

HOUR = 3600
SECONDS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
LEAP_DAY = 229


def seconds_of(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)


class Motion(Enum):
    FIXED = "fixed"
    ROLLING = "rolling"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Bound:
    """An instant, or one that follows the clock at a distance; a daily one's is whole days."""

    motion: Motion
    offset: int
    calendar: Calendar = UTC_DAYS

    def at(self, now: int) -> int:
        if self.motion is Motion.FIXED:
            return self.offset
        if self.motion is Motion.ROLLING:
            return now + self.offset
        return self.calendar.start(self.calendar.day(now) + self.offset // DAY)

    def read_at(self, now: int) -> int:
        """The same edge for what is written without an offset, by what the clocks show."""
        return self.calendar.behind(self.at(now))

    def passes(self, instant: int) -> int | None:
        """The first `now` at which the bound lies behind `instant`; None: it never will, or always did."""
        if self.motion is Motion.FIXED:
            return None
        if self.motion is Motion.ROLLING:
            return instant - self.offset + 1
        return self.calendar.start(self.calendar.day(instant) + 1 - self.offset // DAY)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since`, it included, to `until`, it excluded; None is open."""

    since: Bound | None
    until: Bound | None

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return tuple(bound for bound in (self.since, self.until) if bound is not None)

    @property
    def moving(self) -> bool:
        return any(bound.motion is not Motion.FIXED for bound in self.bounds)

    def moved(self, before: int, now: int) -> list[tuple[int, int]]:
        """Ranges that hold every instant whose place, inside or outside, may differ between two times."""
        steps = {(bound.at(before), bound.at(now)) for bound in self.bounds}
        return sorted((start, end) for start, end in steps if start < end)

    def moved_readings(self, before: int, now: int) -> list[tuple[int, int]]:
        """The same for what is written without an offset."""
        steps = {(bound.read_at(before), bound.read_at(now)) for bound in self.bounds}
        return sorted((start, end) for start, end in steps if start < end)

    @property
    def calendar(self) -> Calendar:
        return next((bound.calendar for bound in self.bounds), UTC_DAYS)

    def holds(self, instant: int, now: int) -> bool:
        """The same as the SQL says, for finding when an explained condition began or will end."""
        after = self.since is None or instant >= self.since.at(now)
        return after and (self.until is None or instant < self.until.at(now))


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the year, as month × 100 + day, from `first` to `last`, over New Year where `last` is the smaller one.

    29 February counts only where the days that were meant have one.
    """

    first: int
    last: int
    leap: bool

    def holds(self, day: date) -> bool:
        """The same as the SQL says, for explanations."""
        number = code(day)
        if self.first <= self.last:
            inside = self.first <= number <= self.last
        else:
            inside = number >= self.first or number <= self.last
        return inside and (self.leap or number != LEAP_DAY)


EVERY_DAY = Days(0, 9999, True)
NO_DAY = Days(2000, 2001, False)


@dataclass(frozen=True, slots=True)
class Yearly:
    """An occurrence each year: its day lies `since` to `until` seconds from now (from midnight, if `daily`)."""

    since: int
    until: int
    daily: bool
    calendar: Calendar = UTC_DAYS

    def at(self, now: int) -> Days:
        if self.daily:
            today = self.calendar.day(now)
            return days_between(today + self.since // DAY, today + self.until // DAY)
        # An occurrence is its day's midnight: the first one not before the window, the last one not behind it.
        return days_between(self.calendar.day(now + self.since - 1) + 1, self.calendar.day(now + self.until))


def days_between(first: int, last: int) -> Days:
    """Days of the year of the calendar days `first` to `last`, numbered since 1970."""
    if first > last:
        return NO_DAY
    if last - first >= 366 * 9:
        return EVERY_DAY
    start, end = EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
    leap = any(calendar.isleap(year) and start <= date(year, 2, 29) <= end for year in range(start.year, end.year + 1))
    if last - first >= 365:
        return Days(0, 9999, leap)
    return Days(code(start), code(end), leap)


def code(day: date) -> int:
    return day.month * 100 + day.day


@dataclass(frozen=True, slots=True)
class Month:
    """The month of the year; None is the present one."""

    month: int | None
    calendar: Calendar = UTC_DAYS

    def at(self, now: int) -> Days:
        month = self.month or (EPOCH + timedelta(days=self.calendar.day(now))).month
        return Days(month * 100, month * 100 + 99, True)


Frame = Span | Yearly | Month
ALL_TIME = Span(None, None)


def present(calendar: Calendar = UTC_DAYS) -> Bound:
    """Just behind the present second."""
    return Bound(Motion.ROLLING, 1, calendar)


def frame_of(what: DateFilter) -> Frame:
    """The meaning of a checked date filter."""
    calendar = calendar_of(what.zone) if isinstance(what, LocalDateFilter) else UTC_DAYS
    match what.operator:
        case "alltime":
            return ALL_TIME
        case "before":
            return Span(None, fixed(what.date, 0, calendar))
        case "after":
            return Span(fixed(what.date, 1, calendar), None)
        case "between-static":
            return Span(fixed(what.start, 0, calendar), fixed(what.end, 1, calendar))
        case "anniversary":
            return Yearly(0, 0, True, calendar)
        case "anniversary-month":
            return Month(None, calendar)
        case "calendar-month":
            return Month(what.value, calendar)
        case "anniversary-last" | "anniversary-next":
            return yearly_of(what, calendar)
        case _:
            return relative(what, calendar)


def fixed(text: str | int | None, extra_days: int, calendar: Calendar) -> Bound:
    day = (day_of(str(text)) - EPOCH).days + extra_days
    return Bound(Motion.FIXED, calendar.start(day), calendar)


def yearly_of(what: DateFilter, calendar: Calendar) -> Yearly:
    length = (what.quantity or 0) * SECONDS[what.unit or "day"]
    daily = what.unit != "hour"
    if what.operator == "anniversary-last":
        return Yearly(-length, 0, daily, calendar)
    return Yearly(DAY if daily else 1, length, daily, calendar)


def relative(what: DateFilter, calendar: Calendar) -> Span:
    """In hours both ends roll and belong to the window; in days and weeks it begins and ends at midnight."""
    unit = SECONDS[what.unit or "day"]
    motion, rest = (Motion.ROLLING, 1) if what.unit == "hour" else (Motion.DAILY, DAY)
    if what.operator == "between":
        nearer, farther = int(what.start or 0) * unit, int(what.end or 0) * unit
        return Span(Bound(motion, -farther, calendar), Bound(motion, rest - nearer, calendar))
    length = (what.quantity or 0) * unit
    if what.operator == "in-the-last":
        return Span(Bound(motion, -length, calendar), present(calendar))
    if what.operator == "at-least":
        return Span(None, Bound(motion, -length + (1 if what.unit == "hour" else 0), calendar))
    return Span(present(calendar), Bound(motion, length + rest, calendar))
