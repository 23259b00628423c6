"""Commands that were taken out of the log for somebody's privacy: met again by a replay, they are nothing."""

from collections.abc import Sequence
from datetime import datetime

from cairn.kernel.scope import Scope
from cairn.workers.share import Accepted, Share


def ignore(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """Takes them off the queue and changes nothing."""
    return Share()
