"""How one segment grew and shrank, and whether people, time or its editors made it so."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from cairn import wiring
from cairn.domains.segments.contracts import TICK, Timeline
from cairn.domains.segments.models import Segment
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def timeline(scope: Scope, segment_id: str, starts: Sequence[datetime], until: datetime) -> Timeline:
    """Of a segment in the intervals that begin at `starts`, ascending. Raises NotFound."""
    segment = Segment.objects.of(scope, segment_id)
    places = len(starts) + 1
    counts = {(entered, organic): [0] * places for entered in (0, 1) for organic in (False, True)}
    for place, entered, cause, count in wiring.clickhouse().query(
        question(__file__, "timeline"),
        {
            "account": scope.account_number,
            "segment": segment.number,
            "bounds": array(clock.millis(start) for start in starts),
            "until": clock.millis(until),
        },
    ):
        counts[entered, cause == TICK][place] += count
    came, went, edited_in, edited_out = (counts[key] for key in ((1, True), (0, True), (1, False), (0, False)))
    nets = (a + b - c - d for a, b, c, d in zip(came, edited_in, went, edited_out, strict=True))
    return Timeline(
        segment_id=segment.id,
        created=segment.created,
        starts=starts,
        entered=came[1:],
        left=went[1:],
        entered_by_edit=edited_in[1:],
        left_by_edit=edited_out[1:],
        totals=list(accumulate(nets))[1:],
    )
