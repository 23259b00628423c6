"""Who will move at the next midnight, found out before it comes.

At midnight the edge of every window of days jumps over a day, and whoever did anything on that day is due at once: of a
million profiles some hundred thousand, of whom few move. So in the half hour before it, each tick evaluates some of
them as of midnight and keeps those that will move. Whoever is evaluated by a tick meanwhile is looked at again. At
midnight only those that will move, and those that nobody came to, are left to evaluate; what they are is decided then.

It is only knowledge, in one process's memory: without it, or when something does not fit, everybody who is due is
evaluated at midnight.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from cairn.domains.segments.calendars import calendar_of
from cairn.domains.segments.windows import seconds_of

AHEAD = 1800
"""Seconds before midnight at which looking ahead begins."""
PROFILES_AT_ONCE = 2_000
SECONDS_PER_TICK = 0.2
"""After this long a tick looks at no further ones, so that those who change need not wait."""

Key = tuple[object, ...]
Movers = Callable[[Sequence[int], int], Iterable[int]]
"""Who of the given profiles will move by that second."""
Due = Callable[[int, int], set[int]]
"""Who may move between two seconds."""


@dataclass(slots=True)
class Foresight:
    """Of one account. `queue` and `again` wait to be looked at, numbers descending and in any order; `moving` move."""

    midnight: int = 0
    key: Key = ()
    known_at: datetime | None = None
    queue: list[int] = field(default_factory=list)
    again: set[int] = field(default_factory=set)
    moving: set[int] = field(default_factory=set)

    def due(self, before: datetime, at: datetime, key: Key, asked: Due) -> set[int]:
        """Who must be evaluated because time went on from `before` to `at`."""
        start, end = seconds_of(before), seconds_of(at)
        if not start < self.midnight <= end:
            return asked(start, end)
        if self.known_at != before or self.key != key:
            self.forget()
            return asked(start, end)
        due = asked(start, self.midnight - 1) | asked(self.midnight, end)
        return due | self.moving | self.again | set(self.queue)

    def note(self, before: datetime, at: datetime, evaluated: Iterable[int]) -> None:
        """A tick was done: what was known of those that it evaluated is known no more."""
        if self.known_at != before or self.midnight <= seconds_of(at):
            self.forget()
            return
        self.known_at = at
        evaluated = set(evaluated)
        self.again |= evaluated
        self.moving -= evaluated

    def look(self, at: datetime, zone: str, key: Key, asked: Due, movers: Movers) -> None:
        """Look at some more, if midnight is near."""
        calendar, now = calendar_of(zone), seconds_of(at)
        midnight = calendar.start(calendar.day(now) + 1)
        if midnight - now > AHEAD:
            return
        if (self.midnight, self.key, self.known_at) != (midnight, key, at):
            self.forget()
            self.queue = sorted(asked(midnight - 1, midnight), reverse=True)
            self.midnight, self.key, self.known_at = midnight, key, at
        began = time.monotonic()
        while time.monotonic() - began < SECONDS_PER_TICK and (some := self.taken()):
            self.moving |= set(movers(some, midnight))

    def taken(self) -> list[int]:
        """The next ones: neighbours, whose events are read together, and at last who was evaluated meanwhile; those
        come anew with every tick, and must not keep the others waiting."""
        some = self.queue[-PROFILES_AT_ONCE:][::-1]
        del self.queue[-PROFILES_AT_ONCE:]
        if not some:
            some = sorted(islice(self.again, PROFILES_AT_ONCE))
            self.again -= set(some)
        return some

    def forget(self) -> None:
        self.midnight, self.key, self.known_at = 0, (), None
        self.queue, self.again, self.moving = [], set(), set()
