"""What a relay has accepted, noted the moment it did, so that a sender that is killed doubles nothing it knew of.

A note goes to the kernel at once and survives the process, though not the machine; what the machine loses is decided
by the ledger's rule for messages whose fate is unknown.
"""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Final

NAME: Final = "seat-{}.journal"
MOST_SEATS: Final = 256


class Seat:
    """A sender's place: a name that no other living process has, with a journal. Its last holder's notes come along."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(MOST_SEATS):
            handle = os.open(folder / NAME.format(number), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            self.handle = handle
            self.name = f"{installation(folder)}-{number}"
            return
        raise RuntimeError(f"more than {MOST_SEATS} senders on one data folder")

    def noted(self) -> set[str]:
        """Ids noted since the journal was last cleared; a torn last line is none."""
        size = os.fstat(self.handle).st_size
        lines = os.pread(self.handle, size, 0).decode("ascii", "replace").split("\n")
        return set(lines[:-1])

    def note(self, identifier: str) -> None:
        os.write(self.handle, identifier.encode() + b"\n")

    def clear(self) -> None:
        os.ftruncate(self.handle, 0)

    def close(self) -> None:
        os.close(self.handle)


def installation(folder: Path) -> str:
    """A name for this data folder, made once."""
    path = folder / "name"
    try:
        with path.open("x") as file:
            file.write(secrets.token_hex(6))
    except FileExistsError:
        pass
    return path.read_text().strip() or "unnamed"
