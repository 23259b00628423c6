"""The log's folder: one database per writing process, taken by lock and taken over by later processes."""

import fcntl
import os
import secrets
from pathlib import Path

import apsw

from cairn.infra.eventlog.port import Lane

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
# A row is what one commit took of a lane, packed: its last record's offset and time, how many they are, the records.
SCHEMA = "".join(
    f"CREATE TABLE IF NOT EXISTS {lane} (position INTEGER PRIMARY KEY, at INTEGER, records INTEGER, body BLOB);"
    for lane in Lane
)
WAL_PAGES = 4_000


class Claim:
    """The exclusive right to write one file, held until `release` or the end of the process."""

    def __init__(self, folder: Path, writer: str) -> None:
        self.writer = writer
        self.path = folder / f"{writer}.db"
        self._lock = os.open(folder / f"{writer}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise

    def release(self) -> None:
        os.close(self._lock)


def writers(folder: Path) -> list[str]:
    try:
        return sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".db"))
    except FileNotFoundError:
        return []


def claim_free(folder: Path) -> list[Claim]:
    """Every file that no living process writes."""
    claims = []
    for writer in writers(folder):
        try:
            claims.append(Claim(folder, writer))
        except BlockingIOError:
            continue
    return claims


def claim_one(folder: Path) -> Claim:
    """A free file, or a new one. Names are random, since a position must name one record for ever, also when somebody
    empties the folder and the databases remember positions of before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for writer in writers(folder):
        try:
            return Claim(folder, writer)
        except BlockingIOError:
            continue
    return Claim(folder, "".join(secrets.choice(ALPHABET) for _ in range(8)))


def open_for_writing(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(10_000)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit={64 * 1024 * 1024}")
    connection.execute(SCHEMA)
    return connection


def last_offset(connection: apsw.Connection, lane: Lane) -> int:
    """0 where nothing was written."""
    ((last,),) = connection.execute(f"SELECT coalesce(max(position), 0) FROM {lane}").fetchall()
    assert isinstance(last, int)
    return last


def open_for_reading(path: Path) -> apsw.Connection:
    # Read-write, because the reader of a WAL whose writer was killed must be able to recover it; query_only keeps it
    # from anything else.
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(10_000)
    connection.execute("PRAGMA query_only=1")
    return connection
