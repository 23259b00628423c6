"""Dispatching the outbox: each fact to its handlers, at least once, in order of its commit."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from cairn.infra.postgres import outbox
from cairn.infra.postgres.outbox import Message
from cairn.kernel.scope import Scope
from cairn.workers import counters
from cairn.workers.batches import AWAY, FindScope
from cairn.workers.stopping import Patience, Stopped

log = logging.getLogger(__name__)

AT_ONCE = 100
PAUSE_SECONDS = 0.25
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FactTopic:
    """How facts of one kind are read, and who hears of them. `once_more` repeats it after that time, for what was on
    its way past the handlers when the fact was committed."""

    fact: type
    handlers: Sequence[Callable[[Scope, Any], None]]
    once_more: timedelta | None = None


class Dispatcher:
    """Takes due facts until stopped. One whose handler fails comes again, soon at first; the others do not wait."""

    def __init__(
        self,
        topics: Mapping[str, FactTopic],
        find_scope: FindScope,
        now: Callable[[], datetime],
        stop: threading.Event,
    ) -> None:
        self._topics = topics
        self._find_scope = find_scope
        self._now = now
        self._stop = stop
        self._patience = Patience(stop)

    def run(self) -> None:
        try:
            while not self._stop.is_set():
                if not self._patience.keep_trying("facts", lambda _: self.dispatch()):
                    self._stop.wait(PAUSE_SECONDS)
        except Stopped:
            log.info("stopped with facts left; the next start takes them")
        finally:
            connection.close()

    def dispatch(self) -> int:
        """Handle what is due; how many facts that were."""
        now = self._now()
        with transaction.atomic():
            messages = outbox.take(AT_ONCE, now=now)
            finished = [message.id for message in messages if self._handle(message, now)]
            if finished:
                outbox.done(finished)
        counters.FACTS.inc(len(messages))
        return len(messages)

    def _handle(self, message: Message, now: datetime) -> bool:
        """Whether the fact is finished with."""
        topic = self._topics.get(message.kind)
        try:
            if topic is None:
                raise LookupError(f"there is no handler of {message.kind}")
            with transaction.atomic():
                self._tell(topic, message.payload)
        except AWAY:
            raise
        except Exception as error:
            log.exception("a fact could not be handled: %s", message.kind)
            outbox.postpone(message.id, until=now + rest(message), error=f"{type(error).__name__}: {error}"[:2000])
            return False
        if topic.once_more is not None and not message.is_repeat:
            outbox.postpone(message.id, until=now + topic.once_more, error="")
            return False
        return True

    def _tell(self, topic: FactTopic, payload: bytes) -> None:
        fact: Any = msgspec.json.decode(payload, type=topic.fact)
        scope = self._find_scope(fact.account_id)
        if scope is None:
            return  # The account was deleted, and what it had with it.
        for handler in topic.handlers:
            handler(scope, fact)


def rest(message: Message) -> timedelta:
    """What a store refuses for want of memory it takes a moment later; what is wrong in itself can wait."""
    return min(FIRST_REST * (1 << 2 * min(message.attempts, 8)), LONGEST_REST)
