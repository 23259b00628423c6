"""A batch: what was read of all lanes together, taken through the profiles in one transaction."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from cairn.infra.eventlog.port import Entry
from cairn.kernel.errors import Unavailable
from cairn.kernel.scope import Scope
from cairn.workers import positions
from cairn.workers.deadletters import Refused, put_aside
from cairn.workers.positions import Place
from cairn.workers.share import Accepted, Share, Topic

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError, Unavailable)
"""Failures of a store, not of the data: trying again later helps."""

FindScope = Callable[[str], Scope | None]


@dataclass(slots=True)
class Batch:
    """Entries with one `now`, and what their accounts' handlers made of them."""

    entries: Sequence[Entry]
    now: datetime
    shares: dict[Scope, Share] = field(default_factory=dict)

    @property
    def moved(self) -> dict[Place, int]:
        return positions.furthest(self.entries)


def apply(batch: Batch, topics: Mapping[str, Topic], find_scope: FindScope) -> None:
    """Writes the profiles of a batch and moves `applied`, both or neither. What is applied already is only resolved.

    An account whose entries cannot be taken together is taken entry by entry, and what then fails is put aside.
    Raises only what a store's absence raises.
    """
    batch.shares = {}
    refused: list[Refused] = []
    accounts = by_account(batch.entries)
    with transaction.atomic():
        applied = {place: standing.applied for place, standing in positions.load().items()}
        for account_id, entries in accounts.items():
            scope = find_scope(account_id)
            if scope is None:
                refused += [Refused(entry, f"There is no account {account_id}.") for entry in entries]
                continue
            accepted = list(decode(entries, topics, applied, refused))
            batch.shares[scope] = take(scope, accepted, topics, batch.now, refused)
        put_aside(refused, now=batch.now)
        positions.advance(batch.moved)


def by_account(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    accounts: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        accounts[entry.record.account_id].append(entry)
    return accounts


def decode(
    entries: Sequence[Entry], topics: Mapping[str, Topic], applied: Mapping[Place, int], refused: list[Refused]
) -> Iterator[Accepted]:
    for entry in entries:
        topic = topics.get(entry.record.kind)
        if topic is None:
            refused.append(Refused(entry, f"There is no handler of {entry.record.kind}."))
            continue
        try:
            command: Any = msgspec.json.decode(entry.record.body, type=topic.command)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            refused.append(Refused(entry, f"It cannot be read: {error}"))
            continue
        position = entry.position
        yield Accepted(entry, command, position.offset <= applied.get((position.writer, position.lane), 0))


def take(
    scope: Scope,
    accepted: Sequence[Accepted],
    topics: Mapping[str, Topic],
    now: datetime,
    refused: list[Refused],
) -> Share:
    try:
        with transaction.atomic():
            return handle(scope, accepted, topics, now)
    except AWAY:
        raise
    except Exception:
        log.exception("a batch of %s entries of %s fails; taking them singly", len(accepted), scope.account_id)
    share = Share()
    for one in accepted:
        try:
            with transaction.atomic():
                share.add(handle(scope, [one], topics, now))
        except AWAY:
            raise
        except Exception as error:
            refused.append(Refused(one.entry, f"{type(error).__name__}: {error}"))
    return share


def handle(scope: Scope, accepted: Sequence[Accepted], topics: Mapping[str, Topic], now: datetime) -> Share:
    share = Share()
    for handler, run in groupby(accepted, key=lambda one: topics[one.entry.record.kind].handler):
        share.add(handler(scope, list(run), now))
    return share
