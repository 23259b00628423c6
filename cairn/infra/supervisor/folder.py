"""A data folder has one server: its lock, and where that server's stores are."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cairn.kernel.errors import Conflict

LOCK = "server.lock"
RUN_STATE = "run.json"


class RunState(msgspec.Struct, frozen=True):
    """What a running server tells other commands. It holds secrets: readable to its user only."""

    pid: int
    url: str
    database_url: str
    clickhouse_url: str
    processes: dict[str, int] = {}


def make(folder: Path) -> None:
    """Make the data folder. As root it can be passed through, for PostgreSQL's user, but not listed."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder. Raises Conflict that names the process which holds it already."""
    # The lock goes with the open file, so the kernel gives it up when this process ends in whatever way. The file is
    # not inherited: a child that outlives us must not keep the folder.
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Conflict(f"The folder {folder} is in use by another server, process {holder}.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def write_state(folder: Path, state: RunState) -> None:
    path = folder / RUN_STATE
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.encode(state))
    draft.replace(path)


def clear_state(folder: Path) -> None:
    (folder / RUN_STATE).unlink(missing_ok=True)


def read_state(folder: Path) -> RunState | None:
    """The running server of this folder; None when none runs, or its stores are not up yet."""
    try:
        content = (folder / RUN_STATE).read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(content, type=RunState) if is_locked(folder) else None


def is_locked(folder: Path) -> bool:
    """Whether a server holds the folder now."""
    try:
        with (folder / LOCK).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
