"""Reading another account's API: page by page, as fast as it allows, through the guard."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from cairn.infra.http.guard import Answer, Guard, Unreachable
from cairn.kernel.errors import CairnError, Invalid

DEFAULT_HOST: Final = "https://a.klaviyo.com"
REVISION: Final = "2026-07-15"
MOST_BYTES: Final = 64 << 20
SECONDS: Final = 60.0
ATTEMPTS: Final = 8
LONGEST_PAUSE: Final = 90.0


class Refused(CairnError):
    """The other system says no, and will say so again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a collection: rows, what they include by type and id, and the address of the next one."""

    rows: Sequence[dict[str, Any]]
    included: Mapping[tuple[str, str], dict[str, Any]]
    next: str


@dataclass(slots=True)
class Source:
    """An account of another system. `alive` is called before each pause, and may raise."""

    guard: Guard
    host: str
    api_key: str = field(repr=False)
    alive: Callable[[], None] = lambda: None
    pause: Callable[[float], None] = time.sleep

    def page(self, path: str, **query: str) -> Page:
        """A page by its path, or by the address that the page before named."""
        document = self.document(f"{path}?{urlencode(query)}" if query else path)
        data = document.get("data")
        rows = data if isinstance(data, list) else []
        included = {(one["type"], one["id"]): one for one in document.get("included") or ()}
        return Page(rows, included, self.within((document.get("links") or {}).get("next") or ""))

    def pages(self, path: str, **query: str) -> Iterator[Page]:
        page = self.page(path, **query)
        yield page
        while page.next:
            page = self.page(page.next)
            yield page

    def within(self, link: str) -> str:
        """A link's path and query: whatever host it names, the key goes only where the user sent it."""
        parts = urlsplit(link)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def document(self, path: str) -> dict[str, Any]:
        """The document at a path. Waits where it is asked to; tries again where that can help. Raises Refused for what
        will not change, Unreachable after the last attempt."""
        reason = ""
        for attempt in range(ATTEMPTS):
            try:
                answer = self.guard.ask(urljoin(self.host, path), self.headers, most_bytes=MOST_BYTES, seconds=SECONDS)
            except Unreachable as problem:
                reason, wait = str(problem), 2.0**attempt
            else:
                if answer.status == 200:
                    return decoded(answer)
                if answer.status != 429 and answer.status < 500:
                    raise Refused(told(answer))
                reason, wait = f"it answered {answer.status}", pause_of(answer, attempt)
            self.wait(min(wait, LONGEST_PAUSE))
        raise Unreachable(f"{self.host} cannot be read: {reason}")

    def wait(self, seconds: float) -> None:
        while seconds > 0:
            self.alive()
            self.pause(min(seconds, 5.0))
            seconds -= 5.0

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Klaviyo-API-Key {self.api_key}",
            "revision": REVISION,
            "Accept": "application/vnd.api+json",
        }


def host_of(text: str) -> str:
    """An address to ask. Raises Invalid for what is none."""
    host = text.strip() or DEFAULT_HOST
    host = host if "://" in host else f"https://{host}"
    parts = urlsplit(host)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise Invalid(f"{text[:80]!r} is no address of a server.", pointer="/data/attributes/host")
    return host.rstrip("/")


def decoded(answer: Answer) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise Refused("The server answers, but not as Klaviyo's API does: is the address right?")
    return found


def pause_of(answer: Answer, attempt: int) -> float:
    try:
        return float(answer.headers.get("retry-after", ""))
    except ValueError:
        return 2.0**attempt


def told(answer: Answer) -> str:
    """What the other system says, with what helps."""
    try:
        detail = str(msgspec.json.decode(answer.content)["errors"][0]["detail"])[:300]
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError):
        detail = f"it answered {answer.status}"
    hints = {
        401: "The API key is not valid there",
        403: "The API key lacks a permission (give it read access to everything)",
    }
    return f"{hints.get(answer.status, 'The other system refuses')}: {detail}"
