"""The one place that reads the environment and picks adapters.

Every setting is `CAIRN_<NAME>` in capitals; `docs/operate/settings.md` is generated from the comments below.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from cairn.infra import shared_counts as shared
from cairn.infra.clickhouse.client import ClickHouse
from cairn.infra.eventlog.port import EventLog, LogReader
from cairn.infra.eventlog.redaction import Change, Redacted, redact
from cairn.infra.eventlog.sqlite_log import SqliteLog
from cairn.infra.eventlog.sqlite_reader import SqliteLogReader
from cairn.infra.files.folder import FolderFiles
from cairn.infra.files.port import Files
from cairn.infra.http import addresses
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.guard import Guard
from cairn.infra.mail.port import Mailer
from cairn.infra.mail.sink import Keep, Sink
from cairn.infra.mail.smtp import Relay, SmtpMailer
from cairn.infra.sealing import Vault
from cairn.infra.shared_counts import SharedCounts
from cairn.kernel.errors import Invalid, Unavailable


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings. A value that does not parse stops the start with the name of its variable."""

    data_dir: Path = Path("data")
    """Folder of everything that must survive: log, embedded stores, files, secrets."""
    host: str = "127.0.0.1"
    """Address that the web process listens on."""
    port: int = 8000
    """Port that the web process listens on."""
    base_url: str = ""
    """Public address, used in links of messages; default http://HOST:PORT."""
    database_url: str = ""
    """PostgreSQL, `postgresql://user:password@host:port/database`; empty: the embedded server."""
    clickhouse_url: str = ""
    """ClickHouse over HTTP, `http://user:password@host:8123/database`; empty: the embedded host."""
    smtp_url: str = ""
    """Mail relay, `smtp://user:password@host:587`; empty: the built-in inbox."""
    outgoing_allow: str = ""
    """Hosts with ports, `host:port,host:port`, that images may come from and webhooks go to although not public."""
    trusted_proxies: str = ""
    """Networks of your own reverse proxies, `10.0.0.0/8,::1`, whose X-Forwarded-For names the caller."""
    secret_key: str = ""
    """Signs links and sessions; empty: made once and kept in the data folder."""
    rate_limits: bool = True
    """`off` enforces no rate limits (their headers stay), for benchmarks and probes."""
    log_json: bool = False
    """One JSON object per log line instead of text."""
    workers: int = 2
    """Number of web worker processes: while one commits to its log, another reads."""
    webhook_lease: int = 60
    """Seconds after which another sender takes a webhook that a dead one had in hand; a request takes up to ten."""
    demo: bool = False
    """Fill an empty data folder with the demo shop and keep it alive."""
    bench: bool = False
    """Serve an address that does nothing, to measure the server against; for benchmarks only."""
    postgres_user: str = "nobody"
    """System user of the embedded PostgreSQL when Cairn itself runs as root."""

    @property
    def public_url(self) -> str:
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
SCHEMES = {
    "base_url": ("http", "https"),
    "database_url": ("postgresql", "postgres"),
    "clickhouse_url": ("http", "https"),
    "smtp_url": ("smtp", "smtps"),
}


def parse(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise Invalid(f"CAIRN_{name.upper()} must be on or off, not {text!r}")
    if kind is int:
        if text.isdigit():
            return int(text)
        raise Invalid(f"CAIRN_{name.upper()} must be a whole number, not {text!r}")
    return kind(text)


def read_settings(environ: dict[str, str]) -> Settings:
    """Settings from the environment. Raises Invalid that names the variable."""
    kinds = get_type_hints(Settings)
    given = {
        field.name: parse(field.name, kinds[field.name], environ[f"CAIRN_{field.name.upper()}"])
        for field in fields(Settings)
        if environ.get(f"CAIRN_{field.name.upper()}", "") != ""
    }
    for name, schemes in SCHEMES.items():
        if (url := given.get(name)) and urlsplit(url).scheme not in schemes:
            raise Invalid(f"CAIRN_{name.upper()} must begin with {' or '.join(f'{each}://' for each in schemes)}.")
    if not 0 < given.get("port", 1) < 65536:
        raise Invalid(f"CAIRN_PORT must be between 1 and 65535, not {given['port']}.")
    hosts_and_ports(given.get("outgoing_allow", ""))
    try:
        addresses.networks(given.get("trusted_proxies", ""))
    except Invalid as error:
        raise Invalid(f"CAIRN_TRUSTED_PROXIES: {error.detail}") from None
    return Settings(**given)


def hosts_and_ports(text: str) -> frozenset[tuple[str, int]]:
    found = set()
    for one in filter(None, text.replace(" ", "").lower().split(",")):
        host, _, port = one.rpartition(":")
        if not host or not port.isdecimal():
            raise Invalid(f"CAIRN_OUTGOING_ALLOW must name hosts with ports, host:port, not {one!r}.")
        found.add((host.strip("[]"), int(port)))
    return frozenset(found)


@cache
def settings() -> Settings:
    return read_settings(dict(os.environ))


@cache
def secret_key() -> str:
    """The installation's secret: given, or made once in the data folder (two first starts agree on one)."""
    given = settings().secret_key
    if given:
        return given
    path = settings().data_dir / "secrets" / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(secrets.token_urlsafe(48))
    draft.chmod(0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


@cache
def event_log() -> EventLog:
    """The writing side of the log; one per process, made by its first use, which takes a file of its own."""
    return SqliteLog(settings().data_dir / "log")


@cache
def log_reader() -> LogReader:
    return SqliteLogReader(settings().data_dir / "log")


def redact_log(needles: Sequence[bytes], change: Change) -> Redacted:
    """Take somebody out of what the log keeps, see `infra/eventlog/redaction`."""
    return redact(settings().data_dir / "log", needles, change)


@cache
def clickhouse() -> ClickHouse:
    """The client of ClickHouse. Making it connects to nothing; its first use does."""
    url = settings().clickhouse_url
    if not url:
        raise Unavailable("No ClickHouse: start `cairn serve`, or set CAIRN_CLICKHOUSE_URL.")
    return ClickHouse(url)


@cache
def files() -> Files:
    return FolderFiles(settings().data_dir / "files")


@cache
def callers() -> Addresses:
    """Where requests come from."""
    return Addresses(addresses.networks(settings().trusted_proxies))


@cache
def vault() -> Vault:
    """What keeps other people's secrets."""
    return Vault(secret_key())


@cache
def shared_counts() -> SharedCounts | None:
    """What the web processes of this machine count together."""
    return shared.opened(settings().data_dir / "cache" / "limits")


@cache
def visit_counts() -> SharedCounts | None:
    """What they count of visitors of hosted pages. Apart from the other, so that a flood of names takes no place of an
    account's limits."""
    return shared.opened(settings().data_dir / "cache" / "visits")


@cache
def outgoing() -> Guard:
    """Requests to addresses that users name."""
    return Guard(allow=hosts_and_ports(settings().outgoing_allow))


@cache
def mailer(keep: Keep) -> Mailer:
    """The mail provider: the relay of CAIRN_SMTP_URL, else the built-in inbox, which hands what it gets to `keep`."""
    url = settings().smtp_url or Sink(keep).start().url
    return SmtpMailer(Relay.parse(url))


def name_django_settings() -> None:
    """Where Django finds its settings, in a process that nobody told."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.settings")
