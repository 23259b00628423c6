"""Handlers of the consent lane: wishes and suppressions, as commands of one account in the order of acceptance."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cairn.domains.lists import handlers as lists
from cairn.domains.profiles import handlers as profiles
from cairn.kernel.scope import Scope
from cairn.workers.share import Accepted, Share


def change_consent(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`profiles.consent`."""
    for one in accepted:
        for change in one.command.changes:
            change.profile.accepted = one.entry.record.at
    return by(lists.change_consent, scope, accepted, now)


def suppress(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`profiles.suppress`."""
    return by(profiles.suppress, scope, accepted, now)


def unsuppress(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`profiles.unsuppress`."""
    return by(profiles.unsuppress, scope, accepted, now)


def by(handle: Callable[..., set[int]], scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    share = Share()
    for is_applied in (True, False):
        commands: list[tuple[int, Any]] = [
            (one.entry.record.at, one.command) for one in accepted if one.is_applied == is_applied
        ]
        if commands:
            share.changed |= handle(scope, commands, now=now, replayed=is_applied)
    return share
