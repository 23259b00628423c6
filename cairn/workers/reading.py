"""Choosing what goes into the next batch: every lane gets its part, consent first."""

from cairn.infra.eventlog.port import Entry, Lane, LogReader

LIMIT = 4000
"""Entries of one lane in a batch."""
BYTES = 5 << 20
"""Size at which a lane has had its part: a bulk entry holds up to a thousand events, most others one."""
FIRST_READ = 8


class Cursor:
    """Reads behind what this process has taken; `after` begins with what is done."""

    def __init__(self, reader: LogReader, after: dict[tuple[str, Lane], int]) -> None:
        self._reader = reader
        self._after: dict[Lane, dict[str, int]] = {lane: {} for lane in Lane}
        for (writer, lane), offset in after.items():
            self._after[lane][writer] = offset

    def read(self) -> list[Entry]:
        return [entry for lane in Lane for entry in self._part(lane)]

    def _part(self, lane: Lane) -> list[Entry]:
        """A few entries, whose size tells how many more fit: an entry may have 100 bytes or 5 MB."""
        part: list[Entry] = []
        size, wanted = 0, FIRST_READ
        while wanted > 0:
            entries = self._reader.read(lane, self._after[lane], wanted)
            for entry in entries:
                self._after[lane][entry.position.writer] = entry.position.offset
                size += len(entry.record.body) + 1
            part += entries
            if not entries:
                break
            fitting = (BYTES - size) * len(part) // size
            wanted = min(fitting, LIMIT - len(part))
        return part

    def wait(self, timeout: float) -> None:
        self._reader.wait(timeout)
