"""Who entered or left a segment, as the log tells it, and who is told of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cairn.domains.webhooks import handlers as webhooks
from cairn.domains.webhooks.contracts import SEGMENT_ENTERED, SEGMENT_LEFT
from cairn.kernel.scope import Scope
from cairn.workers.share import Accepted, Share


def tell(topic: str, scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    webhooks.segment_changed(scope, topic, [one.command for one in accepted], now=now)
    return Share()


tell_entered = partial(tell, SEGMENT_ENTERED)
tell_left = partial(tell, SEGMENT_LEFT)
