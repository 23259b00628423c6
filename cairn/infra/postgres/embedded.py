"""The embedded PostgreSQL: the wheel's binaries, driven directly, reachable through a Unix socket only."""

import logging
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import psycopg

from cairn.infra.postgres import binaries
from cairn.infra.supervisor.child import Command, Identity, start
from cairn.kernel.errors import Unavailable

SUPERUSER = "cairn"
DATABASE = "cairn"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT = 103  # sockaddr_un.sun_path, less its final zero, on the systems that allow least
STARTUP_SECONDS = 60.0
OUTSIDE = Path("/var/lib/cairn")
LONGEST_LOG = 8 << 20
PROC = Path("/proc")

log = logging.getLogger("cairn.postgres")

# A small machine's share: one shop, a handful of connections. A server by URL is tuned by whoever runs it.
TUNING = {
    "shared_buffers": "256MB",
    "effective_cache_size": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "60",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
    "autovacuum_naptime": "15s",
}
# For throw-away clusters: nothing in them is worth a disk's wait.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class EmbeddedPostgres:
    """One cluster in `home`. As root it runs as `user`, since PostgreSQL refuses to run as root."""

    home: Path
    user: str = "nobody"
    durable: bool = True
    socket_folder: Path = field(init=False)
    identity: Identity | None = field(init=False, default=None)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.home = self.home.absolute()
        if os.geteuid() == 0:
            self.identity = identity_of(self.user)
            self.home = within_reach(self.home)
        self.socket_folder = short_folder(self.home / "socket")

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log_path(self) -> Path:
        return self.home / "postgres.log"

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_folder))}"

    def prepare(self) -> Command:
        """Make the folders and, the first time, the cluster; the command that runs the server."""
        self._make_home()
        programs = binaries.installation(foreign_user=self.identity is not None, copy_to=self.home / "programs") / "bin"
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise(programs)
        self._admit_only_us()
        self._forget_the_dead()
        if self.log_path.exists() and self.log_path.stat().st_size > LONGEST_LOG:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        options = {
            **TUNING,
            **({} if self.durable else UNSAFE),
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0777" if self.identity else "0700",
        }
        argv = [str(programs / "postgres"), "-D", str(self.cluster), "-p", str(PORT)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        # SIGQUIT is PostgreSQL's immediate stop: when the supervisor is gone, the next start must not wait for a
        # checkpoint. What was committed is in its log.
        return Command(
            argv, identity=self.identity, cwd=Path("/"), orphan_signal=signal.SIGQUIT, log_path=self.log_path
        )

    def ready(self) -> bool:
        """Whether it takes connections; makes the database when it is missing."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start it as a child of this process and wait until it takes connections."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it without waiting."""
        self._process = start(self.prepare())

    def wait(self) -> None:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self.ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL did not start; see {self.log_path}.")
            time.sleep(0.01)

    def stop(self, *, immediately: bool = False) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
            self._process.wait()
            self._process = None

    def _make_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.identity is not None:
            self.home.chmod(0o711)
        for folder in (self.cluster, self.socket_folder):
            folder.mkdir(exist_ok=True, mode=0o700)
            owner = folder.stat().st_uid
            wanted = self.identity.uid if self.identity else os.geteuid()
            if owner == wanted:
                continue
            if self.identity is None or (owner != 0 and folder != self.cluster):
                raise Unavailable(f"{folder} belongs to another user.")
            give(folder, self.identity)

    def _initialise(self, programs: Path) -> None:
        argv = [str(programs / "initdb"), "-D", str(self.cluster), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8"]
        # Built in: texts are compared as bytes. The system's C.UTF-8 has the same order, and copies both texts for it.
        argv += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        argv += ["--data-checksums", *([] if self.durable else ["--no-sync"])]
        identity = self.identity
        done = subprocess.run(
            argv,
            cwd="/",
            capture_output=True,
            user=None if identity is None else identity.uid,
            group=None if identity is None else identity.gid,
            extra_groups=None if identity is None else [],
        )
        if done.returncode != 0:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise Unavailable(f"PostgreSQL could not make its folder: {done.stderr.decode(errors='replace').strip()}")

    def _admit_only_us(self) -> None:
        """Only this system user comes in: the kernel vouches for who is at the other end of the socket."""
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise Unavailable(f"The user id {os.geteuid()} has no name on this system; PostgreSQL needs one.") from None
        self._write("pg_hba.conf", "local all all peer map=cairn\n")
        self._write("pg_ident.conf", f"cairn {name} {SUPERUSER}\n")

    def _forget_the_dead(self) -> None:
        """Remove the mark of a server that was killed, when its process id means another program now.

        PostgreSQL would refuse to start; after a restart of a container, where ids are few, that is the usual case.
        """
        mark = self.cluster / "postmaster.pid"
        if not mark.exists() or not PROC.exists():
            return
        holder = PROC / mark.read_text().split("\n", 1)[0].strip() / "cmdline"
        if not holder.exists() or os.fsencode(self.cluster) not in holder.read_bytes():
            mark.unlink()

    def _write(self, name: str, text: str) -> None:
        path = self.cluster / name
        path.write_text(text)
        path.chmod(0o600)
        if self.identity is not None:
            os.chown(path, self.identity.uid, self.identity.gid)


def give(folder: Path, identity: Identity) -> None:
    """Make `folder` and all below belong to `identity`: it may come from a time before Cairn ran as root."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)


def identity_of(user: str) -> Identity:
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise Unavailable(f"CAIRN_POSTGRES_USER names no user of this system: {user}.") from None
    return Identity(entry.pw_uid, entry.pw_gid)


def within_reach(home: Path) -> Path:
    """`home` as another user can reach it: below a closed folder such as /root, a link to one outside stands for it."""
    if home.is_symlink() or binaries.everyone_may_enter(home.parent):
        return home.resolve()
    if home.exists():
        raise Unavailable(
            f"PostgreSQL cannot run as root, and its user may not enter {home}. "
            "Open the folders above it to others (chmod o+x), or start Cairn as the owner of that folder."
        )
    target = OUTSIDE / f"postgres-{blake2b(os.fsencode(home), digest_size=8).hexdigest()}"
    log.warning("PostgreSQL's user may not enter %s; its data goes to %s", home.parent, target)
    target.mkdir(parents=True, exist_ok=True)
    OUTSIDE.chmod(0o711)
    home.symlink_to(target)
    return target


def short_folder(wanted: Path) -> Path:
    """`wanted`, or a folder of the same meaning with a shorter path: the kernel limits a socket's path."""
    if len(os.fsencode(wanted / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return wanted
    name = blake2b(os.fsencode(wanted), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"cairn-{os.geteuid()}-{name}"
