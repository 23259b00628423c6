"""How a web process comes first where processors are scarce: accepting an event must not wait for what follows from
others. Each step is a wish; where the system does not know it, nothing is lost but speed.
"""

import os
from contextlib import suppress


def own_processors(processes: int) -> list[int | None]:
    """A processor for each of so many processes, where there are no more of them: otherwise two meet on one for many
    milliseconds, while another runs what should give way to them. Where there are more, there is always room."""
    if not hasattr(os, "sched_getaffinity"):
        return [None] * processes
    processors = sorted(os.sched_getaffinity(0))
    return [*processors] if len(processors) == processes else [None] * processes


def come_first(processor: int | None) -> None:
    """Call it before the process has threads; those that it starts later are like it."""
    # Linux may weigh sessions instead of processes: in one of its own, each has the whole weight.
    with suppress(OSError):
        os.setsid()
    if processor is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {processor})
