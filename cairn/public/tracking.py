"""Opens and clicks: what the recipient wants is in the signed link, so that nothing has to be asked; what happened is
written to the log if the log can take it."""

import asyncio
import base64
import logging
import re
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec
import xxhash

from cairn.domains.events.contracts import CLICKED, OPENED, OWN_SERVICE, EventDraft, RecordEvents
from cairn.domains.messaging.contracts import CLICK, OPEN, MessageLink
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.exchange import Header, Reply, Request
from cairn.kernel.errors import CairnError, Invalid
from cairn.kernel.signing import seal, unseal
from cairn.public.pages import page

logger = logging.getLogger(__name__)

RECORD: Final = "events.record"
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
UNCACHED: Final[Header] = ("cache-control", "no-store, max-age=0")
PIXEL_HEADERS: Final[tuple[Header, ...]] = (("content-type", "image/gif"), UNCACHED)
PATIENCE_SECONDS: Final = 0.5
# Only what names itself a machine. Libraries and headless browsers do not count: people's tools and tests use them.
MACHINES: Final = re.compile(
    r"bot\b|crawler|spider|slurp|barracuda|proofpoint|mimecast|trendmicro|forcepoint|messagelabs|urlscan"
    r"|link ?preview|facebookexternalhit|googleimageproxy-scan",
    re.IGNORECASE,
)
# Apple's proxy fetches every image of a mail on delivery and says no more than this.
APPLE_PROXY: Final = "Mozilla/5.0"
CLIENTS: Final = (
    ("GoogleImageProxy", "Gmail"),
    ("YahooMailProxy", "Yahoo Mail"),
    ("Thunderbird", "Thunderbird"),
    ("Outlook", "Outlook"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)

Happened = Callable[[MessageLink, str, int], EventDraft]


class Tracking:
    """Serves the pixel and the redirect of messages."""

    def __init__(self, log: EventLog, secret: str) -> None:
        self._log = log
        self._secret = secret

    async def open(self, request: Request, token: str) -> Reply:
        """The pixel, whatever the token is worth."""
        try:
            link = unseal(self._secret, OPEN, token, MessageLink)
        except Invalid:
            return Reply(200, PIXEL, PIXEL_HEADERS)
        if request.method == "GET":
            await self._note(link, opened, request.headers.get("user-agent", ""))
        return Reply(200, PIXEL, PIXEL_HEADERS)

    async def click(self, request: Request, token: str) -> Reply:
        """The redirect to where the link leads, with the visitor's `_kx`."""
        try:
            link = unseal(self._secret, CLICK, token, MessageLink)
        except Invalid:
            return page(404, "This link is damaged", "It was cut or changed on its way. Please use the original.")
        target = with_kx(link.url, seal(self._secret, "kx", [link.account_id, link.profile_id]))
        if request.method == "GET":
            await self._note(link, clicked, request.headers.get("user-agent", ""))
        return Reply(302, b"", [("location", target.encode("ascii", "xmlcharrefreplace").decode()), UNCACHED])

    async def _note(self, link: MessageLink, happened: Happened, agent: str) -> None:
        """Writes the event. Whatever goes wrong with it, and however long it takes, the recipient gets on."""
        now = time.time()
        try:
            event = happened(link, agent, int(now))
            body = msgspec.json.encode(RecordEvents([event]))
            writing = self._log.append(Lane.LIVE, Record(link.account_id, RECORD, body, int(now * 1000)))
            await asyncio.wait_for(asyncio.shield(writing), PATIENCE_SECONDS)
        except (CairnError, TimeoutError) as problem:
            logger.warning("What happened to delivery %s was not noted in time: %s", link.delivery, problem)
        except Exception:
            logger.exception("What happened to delivery %s was not noted", link.delivery)


def opened(link: MessageLink, agent: str, now: int) -> EventDraft:
    properties = about(link, agent) | {"Apple Privacy Open": agent == APPLE_PROXY}
    return draft(OPENED, link, properties, f"{link.delivery}:{now}", now)


def clicked(link: MessageLink, agent: str, now: int) -> EventDraft:
    properties = about(link, agent) | {"URL": link.url, "Bot Click": MACHINES.search(agent) is not None}
    return draft(CLICKED, link, properties, f"{link.delivery}:{xxhash.xxh64_hexdigest(link.url.encode())}:{now}", now)


def draft(metric: str, link: MessageLink, properties: dict[str, object], unique_id: str, now: int) -> EventDraft:
    return EventDraft(
        metric=metric,
        profile=ProfilePatch(id=link.profile_id),
        properties=properties,
        service=OWN_SERVICE,
        time=now,
        unique_id=unique_id,
        message=link.message,
    )


def about(link: MessageLink, agent: str) -> dict[str, object]:
    """What every event of a message says of it, and of the program it was seen with."""
    properties: dict[str, object] = {
        "$message": link.message,
        "$campaign": link.campaign,
        "$message_send_cohort": f"{link.sent}:{link.message}",
    }
    client = next((name for mark, name in CLIENTS if mark in agent), "")
    if client:
        properties["Client Name"] = properties["Client Canonical"] = client
    if agent:
        properties["Client Type"] = "Mobile" if "Mobile" in agent else "Desktop"
    return properties


def with_kx(url: str, kx: str) -> str:
    """The target with the visitor's identity, so that the shop's page knows whom it greets."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    query = f"{parts.query}&_kx={kx}" if parts.query else f"_kx={kx}"
    return urlunsplit(parts._replace(query=query))
