"""Requests to addresses that a user named, none of which may lead into the network that this server stands in.

A name is resolved once; all its addresses must be public, and the connection goes to one of those very addresses, so a
name that changes its mind in between gains nothing. Each redirect is checked like the first address.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from cairn.kernel.errors import CairnError, Unavailable

PORTS: Final = {"http": 80, "https": 443}
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS: Final = 3
MOST_AT_ONCE: Final = 4
LONGEST_URL: Final = 4096
EXCERPT_BYTES: Final = 2000
UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f]")

# IPv4 that is not for the public: IANA's special-purpose registry, multicast, and what is reserved.
SPECIAL_4: Final = [
    ipaddress.IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
# Of IPv6 only global unicast is public, without its own special parts, some of which carry an IPv4 address inside.
# Mapped IPv4 (::ffff:0:0/96), NAT64, unique local, link-local and multicast lie outside it.
GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")
SPECIAL_6: Final = [
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")
]


@dataclass(slots=True)
class Forbidden(CairnError):
    """The address is one that this server does not ask. Trying again cannot help."""


@dataclass(slots=True)
class Unreachable(CairnError):
    """The other server gave no usable answer. Trying again may help."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with status 200; `url` is the address that gave it, after redirects."""

    url: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said to a request with a body, whatever its status. `excerpt` is the beginning of it."""

    status: int
    excerpt: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, with its headers by their names in small letters."""

    status: int
    content: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: checked in every part but its addresses."""

    url: str
    secure: bool
    host: str
    port: int
    path: str


Resolve = Callable[[str, int], Sequence[str]]


def resolved(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, in the system's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in SPECIAL_4)
    return found in GLOBAL_6 and not any(found in network for network in SPECIAL_6)


class Guard:
    """Fetches public addresses. `allow` names hosts and ports that may be asked whatever their address is."""

    def __init__(self, allow: frozenset[tuple[str, int]] = frozenset(), resolve: Resolve = resolved) -> None:
        self.allow = allow
        self.resolve = resolve
        # A slow server holds a thread of ours; it shall not hold all of them.
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def get(self, url: str, *, most_bytes: int, seconds: float) -> Fetched:
        """What a URL answers. `seconds` bounds all of it but a resolver that hangs.

        Raises Forbidden for an address that must not be asked or an answer beyond `most_bytes`, Unreachable where there
        is no answer with status 200 in time, Unavailable while too many others wait.
        """
        if not self._free.acquire(blocking=False):
            raise Unavailable("Too many files are being fetched at this moment; try again soon.")
        try:
            return self._follow(url, most_bytes, time.monotonic() + seconds)
        finally:
            self._free.release()

    def check(self, url: str) -> None:
        """Raises Forbidden for an address that must never be asked, as far as its text tells."""
        self._target(url)

    def ask(self, url: str, headers: Mapping[str, str], *, most_bytes: int, seconds: float) -> Answer:
        """What a server answers to a GET with these headers, whatever its status; no redirect is followed, so that no
        key goes where it was not meant to.

        Raises Forbidden and Unreachable as `get` does. How many ask at once is the caller's to bound.
        """
        target = self._target(url)
        addresses = self._addresses(target)
        deadline = time.monotonic() + seconds
        try:
            with self._connected(target, addresses, deadline) as connection:
                connection.request("GET", target.path, headers={"User-Agent": "Cairn", **headers})
                response = connection.getresponse()
                content = response.read(most_bytes + 1)
                names = {name.lower(): value for name, value in response.getheaders()}
                whole = not response.length
        except (OSError, http.client.HTTPException, ValueError):
            raise Unreachable(f"{target.host} gave no answer in time.") from None
        if len(content) > most_bytes:
            raise too_large(most_bytes)
        if not whole:
            raise Unreachable(f"{target.host} broke off in the middle of its answer.")
        return Answer(response.status, content, names)

    def post(self, url: str, content: bytes, headers: Mapping[str, str], *, seconds: float) -> Answered:
        """What a server answers to `content`, with any status; redirects are answers, too.

        Raises Forbidden for an address that must not be asked, Unreachable where there is no answer in time. How many
        ask at once is the caller's to bound.
        """
        target = self._target(url)
        addresses = self._addresses(target)
        deadline = time.monotonic() + seconds
        try:
            with self._connected(target, addresses, deadline) as connection:
                connection.request("POST", target.path, body=content, headers={"User-Agent": "Cairn", **headers})
                response = connection.getresponse()
                # What a receiver says is for a person to look at; whether it says all of it does not matter.
                excerpt = response.read(EXCERPT_BYTES).decode("utf-8", "replace").replace("\0", "")
                return Answered(
                    response.status, excerpt, {name.lower(): value for name, value in response.getheaders()}
                )
        except (OSError, http.client.HTTPException, ValueError) as problem:
            reason = "in time" if time.monotonic() >= deadline else f"({type(problem).__name__})"
            raise Unreachable(f"{target.host} gave no answer {reason}.") from None

    def _follow(self, url: str, most_bytes: int, deadline: float) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            target = self._target(url)
            answer = self._ask(target, self._addresses(target), most_bytes, deadline)
            if isinstance(answer, bytes):
                return Fetched(target.url, answer)
            url = urljoin(target.url, answer.location)
        raise Unreachable(f"The address redirects more than {MOST_REDIRECTS} times.")

    def _target(self, url: str) -> Target:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise Forbidden("This is not a valid URL.") from None
        if len(url) > LONGEST_URL or UNPRINTABLE.search(url) or not host:
            raise Forbidden("This is not a valid URL.")
        if parts.scheme not in PORTS:
            raise Forbidden("Only http and https addresses can be fetched.")
        if "@" in parts.netloc:
            raise Forbidden("An address with a user name or password cannot be fetched.")
        host, port = ascii_host(host), PORTS[parts.scheme] if port is None else port
        if port not in PORTS.values() and (host, port) not in self.allow:
            raise Forbidden(f"Port {port} cannot be asked; only 80 and 443 can.")
        return Target(parts._replace(fragment="").geturl(), parts.scheme == "https", host, port, path_of(parts))

    def _addresses(self, target: Target) -> Sequence[str]:
        try:
            found = self.resolve(target.host, target.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise Unreachable(f"There is no server named {target.host}.")
        if (target.host, target.port) not in self.allow and not all(is_public(address) for address in found):
            raise Forbidden("This address does not lead to the public internet, so it is not fetched.")
        return found

    def _ask(self, target: Target, addresses: Sequence[str], most_bytes: int, deadline: float) -> "bytes | Redirect":
        try:
            with self._connected(target, addresses, deadline) as connection:
                connection.request("GET", target.path, headers={"User-Agent": "Cairn", "Accept": "*/*"})
                answer = read(connection.getresponse(), most_bytes)
        except (OSError, http.client.HTTPException, ValueError):
            answer = None
        if answer is None or time.monotonic() >= deadline:
            raise Unreachable(f"{target.host} gave no complete answer in time.")
        return answer

    @contextmanager
    def _connected(
        self, target: Target, addresses: Sequence[str], deadline: float
    ) -> Iterator[http.client.HTTPConnection]:
        raw = connect(addresses, target.port, deadline)
        # Timeouts bound each wait, not their sum: at the deadline this ends whatever still goes on.
        lever = raw.dup()
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), shut, [lever])
        timer.daemon = True
        timer.start()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.default_port = PORTS["https" if target.secure else "http"]
        try:
            connection.sock = self._tls.wrap_socket(raw, server_hostname=target.host) if target.secure else raw
            yield connection
        finally:
            timer.cancel()
            connection.close()
            raw.close()
            timer.join()
            lever.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Redirect:
    location: str


def ascii_host(host: str) -> str:
    """The name as DNS knows it."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Forbidden("This is not a valid URL.") from None


def path_of(parts: SplitResult) -> str:
    """The request's path and query, in ASCII; what is escaped already stays so."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._')}" if parts.query else path


def connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first of the addresses that takes it."""
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError:
            continue
    raise ConnectionError("No address takes the connection.")


def shut(lever: socket.socket) -> None:
    try:
        lever.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # The other side was first.


def read(response: Any, most_bytes: int) -> bytes | Redirect | None:
    """The body, or where it is to be had; None for any other status, and for a body that breaks off."""
    location = response.getheader("Location")
    if response.status in REDIRECTS and location:
        return Redirect(location)
    if response.status != 200:
        return None
    if (response.length or 0) > most_bytes:
        raise too_large(most_bytes)
    content: bytes = response.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise too_large(most_bytes)
    return None if response.length else content


def too_large(most_bytes: int) -> Forbidden:
    return Forbidden(f"The file is larger than {most_bytes // (1024 * 1024)} MB.")
