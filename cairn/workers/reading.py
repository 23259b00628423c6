"""Choosing what goes into the next batch: every lane gets its part, consent first."""

from cairn.infra.eventlog.port import Entry, Lane, LogReader

LIMITS = {Lane.CONSENT: 2000, Lane.LIVE: 4000, Lane.BULK: 8}
"""Entries of a batch per lane. A bulk entry holds up to a thousand events."""


class Cursor:
    """Reads behind what this process has taken; `after` begins with what is done."""

    def __init__(self, reader: LogReader, after: dict[tuple[str, Lane], int]) -> None:
        self._reader = reader
        self._after: dict[Lane, dict[str, int]] = {lane: {} for lane in Lane}
        for (writer, lane), offset in after.items():
            self._after[lane][writer] = offset

    def read(self) -> list[Entry]:
        batch: list[Entry] = []
        for lane in Lane:
            entries = self._reader.read(lane, self._after[lane], LIMITS[lane])
            for entry in entries:
                self._after[lane][entry.position.writer] = entry.position.offset
            batch += entries
        return batch

    def wait(self, timeout: float) -> None:
        self._reader.wait(timeout)
