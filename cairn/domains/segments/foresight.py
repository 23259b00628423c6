"""Who will move at the next midnight, and how, found out before it comes.

At midnight the edge of every window of days jumps over a day, and whoever did anything on that day is due at once: of a
million profiles some hundred thousand, of whom few move. So in the half hour before it, each tick evaluates some of
them as of midnight and keeps what will change. Whoever is evaluated by a tick meanwhile is looked at again: of all
others nothing but the time changes, so that at midnight what was kept is what there is to write. Those that nobody came
to are evaluated then.

It is only knowledge, in one process's memory: without it, or when something does not fit, everybody who is due is
evaluated at midnight.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from cairn.domains.segments.calendars import calendar_of
from cairn.domains.segments.memberships import Changes
from cairn.domains.segments.windows import seconds_of

AHEAD = 1800
"""Seconds before midnight at which looking ahead begins."""
PROFILES_AT_ONCE = 2_000
SECONDS_PER_TICK = 0.2
"""After this long a tick looks at no further ones, so that those who change need not wait."""

Key = tuple[object, ...]
Coming = Callable[[Sequence[int], int], Changes | None]
"""What will change for the given profiles by that second; None where that cannot be told."""
Due = Callable[[int, int], set[int]]
"""Who may move between two seconds."""


@dataclass(slots=True)
class Foresight:
    """Of one account. `queue` and `again` wait to be looked at, numbers descending and in any order; of `unknown`
    nothing could be told; `coming` is what will change for all others."""

    midnight: int = 0
    key: Key = ()
    known_at: datetime | None = None
    queue: list[int] = field(default_factory=list)
    again: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    coming: Changes = field(default_factory=Changes.none)

    def due(self, before: datetime, at: datetime, key: Key, asked: Due) -> tuple[set[int], Changes]:
        """Who must be evaluated because time went on from `before` to `at`, and what is known to change for others."""
        start, end = seconds_of(before), seconds_of(at)
        if not start < self.midnight <= end:
            return asked(start, end), Changes.none()
        if self.known_at != before or self.key != key:
            self.forget()
            return asked(start, end), Changes.none()
        due = asked(start, self.midnight - 1) | asked(self.midnight, end)
        return due | self.again | self.unknown | set(self.queue), self.coming

    def note(self, before: datetime, at: datetime, evaluated: Collection[int]) -> None:
        """A tick was done: what was known of those that it evaluated is known no more."""
        if self.known_at != before or self.midnight <= seconds_of(at):
            self.forget()
            return
        self.known_at = at
        self.again |= set(evaluated)
        self.coming = self.coming.without(evaluated)

    def look(self, at: datetime, zone: str, key: Key, asked: Due, coming: Coming) -> None:
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
            found = coming(some, midnight)
            if found is None:
                self.unknown |= set(some)
            else:
                self.coming = Changes.together([self.coming, found])

    def taken(self) -> list[int]:
        """The next ones: neighbours, whose events are read together, and at last who was evaluated meanwhile; those
        come anew with every tick, and must not keep the others waiting."""
        some = self.queue[-PROFILES_AT_ONCE:][::-1]
        del self.queue[-PROFILES_AT_ONCE:]
        if not some:
            some = sorted(islice(self.again, PROFILES_AT_ONCE))
        # Also those of the queue: who was evaluated before anybody came to them is looked at once.
        self.again -= set(some)
        return some

    def forget(self) -> None:
        self.midnight, self.key, self.known_at = 0, (), None
        self.queue, self.again, self.unknown, self.coming = [], set(), set(), Changes.none()
