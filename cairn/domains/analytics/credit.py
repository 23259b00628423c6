"""Last touch: which interaction a conversion is credited to. Pure; the same for the live stream and for a rebuild."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from cairn.domains.analytics.contracts import Conversion, Interaction, Touch

LATE_DAYS = 5
LATE_MILLISECONDS = LATE_DAYS * 24 * 3600 * 1000
RANK = {Touch.OPEN: 0, Touch.CLICK: 1}


def order(touch: Interaction) -> tuple[int, int, int]:
    """Later wins; within one second a click wins over an open; the id decides what is left."""
    return touch.ts, RANK[touch.kind], touch.id.int


def credit(
    conversions: Iterable[Conversion], interactions: Iterable[Interaction], *, window_seconds: int
) -> list[tuple[Conversion, Interaction | None]]:
    """Each conversion with the last interaction of its profile in the window before it, or None.

    An interaction that became known more than five days after the conversion changes nothing any more.
    """
    touches: defaultdict[int, list[Interaction]] = defaultdict(list)
    for interaction in interactions:
        touches[interaction.profile].append(interaction)
    for known in touches.values():
        known.sort(key=order)
    return [(one, last_touch(one, touches.get(one.profile, []), window_seconds)) for one in conversions]


def last_touch(conversion: Conversion, touches: list[Interaction], window_seconds: int) -> Interaction | None:
    """The last of `touches`, which are in order."""
    end = bisect_right(touches, conversion.ts, key=lambda touch: touch.ts)
    for touch in reversed(touches[:end]):
        if touch.ts < conversion.ts - window_seconds:
            return None
        if touch.received <= conversion.received + LATE_MILLISECONDS:
            return touch
    return None
