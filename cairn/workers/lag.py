"""How far the workers are behind what was accepted, for health checks and pages."""

from dataclasses import dataclass

from cairn import wiring
from cairn.infra.eventlog.port import Lane
from cairn.workers import positions


@dataclass(frozen=True, slots=True)
class LaneLag:
    """Entries accepted into a lane, and those of them that everything knows."""

    lane: str
    appended: int
    done: int

    @property
    def behind(self) -> int:
        return self.appended - self.done


def lags() -> list[LaneLag]:
    """One per lane. Raises OperationalError when PostgreSQL is away, for then nobody knows."""
    standing = positions.load()
    reader = wiring.log_reader()
    result = []
    for lane in Lane:
        ends = reader.ends(lane)
        done = {writer: standing[(writer, lane)].done for writer in ends if (writer, lane) in standing}
        # A writer whose file is gone counts as done; offsets begin at 1, so an offset is a number of entries.
        appended = sum(ends.values())
        result.append(LaneLag(lane, appended, sum(min(done.get(writer, 0), end) for writer, end in ends.items())))
    return result


def consent_is_applied() -> bool:
    """Whether every wish that was accepted until now has reached the profiles: before that, nothing may be sent."""
    ends = wiring.log_reader().ends(Lane.CONSENT)
    standing = positions.load()
    return all(
        (writer, Lane.CONSENT) in standing and standing[(writer, Lane.CONSENT)].applied >= end
        for writer, end in ends.items()
        if end > 0
    )
