"""What handlers take and give: accepted commands of one account, and what the later steps need to know of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from cairn.domains.events.contracts import Arrival, StoredEvent
from cairn.infra.eventlog.port import Entry
from cairn.kernel.scope import Scope


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A command as it was accepted. `is_applied` says that its profile writes are committed already, by an attempt that
    ended before everything else knew; then it is only resolved again."""

    entry: Entry
    command: Any
    is_applied: bool


@dataclass(slots=True)
class Share:
    """One account's part of a batch after its profiles are written: events to store, events that were stored, and
    profiles that changed."""

    arrivals: list[Arrival] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    stored: Sequence[StoredEvent] = ()

    def add(self, other: "Share") -> None:
        self.arrivals += other.arrivals
        self.changed |= other.changed


Handler = Callable[[Scope, Sequence[Accepted], datetime], Share]


@dataclass(frozen=True, slots=True)
class Topic:
    """How commands of one kind are read, and who takes them. Neighbours with the same handler go together."""

    command: type
    handler: Handler
