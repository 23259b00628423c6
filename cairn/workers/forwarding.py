"""Facts that become commands: what our own writes make known goes the way of all events, through the log."""

from typing import Any

import msgspec

from cairn import wiring
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel import clock
from cairn.kernel.scope import Scope


class OwnEvents(msgspec.Struct):
    """Fact `events.record`: drafts in the shape of the command of the same name."""

    account_id: str
    events: list[dict[str, Any]]


def record_events(scope: Scope, fact: OwnEvents) -> None:
    """Repeating it adds nothing: each event has a `unique_id`."""
    body = msgspec.json.encode({"events": fact.events})
    record = Record(scope.account_id, "events.record", body, clock.millis(clock.now()))
    wiring.event_log().append_now(Lane.LIVE, [record])
