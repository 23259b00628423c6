"""What hosted pages share: who visits, in which language, what is known of the account, and how wishes are kept."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from django.db import close_old_connections

from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.lists.contracts import Hosted
from cairn.domains.profiles.contracts import ChangeConsent, ConsentChange
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import BodyTooLarge, Request
from cairn.kernel.errors import CairnError
from cairn.kernel.words.choosing import Words, choose, known
from cairn.public.look import Fields, Look

logger = logging.getLogger(__name__)

CONSENT: Final = "profiles.consent"
RECORD: Final = "events.record"
LARGEST_FORM: Final = 64 * 1024
PATIENCE_SECONDS: Final = 2.0
REMEMBERED_SECONDS: Final = 20.0
MOST_REMEMBERED: Final = 5_000

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Proof:
    """From where a wish came, for its history."""

    ip: str
    user_agent: str


class Visits:
    """`ask` runs a question to PostgreSQL in one of the threads. While it has no answer, pages do without: what links
    carry is signed into them, and a wish needs the log alone."""

    def __init__(self, log: EventLog, threads: Executor, addresses: Addresses, public_url: str) -> None:
        self._log = log
        self._threads = threads
        self._addresses = addresses
        self._fallback = urlsplit(public_url).hostname or "Cairn"
        self._remembered: dict[tuple[object, ...], tuple[float, object]] = {}

    async def ask(self, question: Callable[..., Answer], *names: str, fresh: bool = False) -> Answer | None:
        """The answer of a function to names; remembered for some seconds unless it must be fresh. None without one."""
        key = (question, *names)
        now = time.monotonic()
        held = self._remembered.get(key)
        if held is not None and held[0] > now and not fresh:
            return held[1]  # type: ignore[return-value]
        asking = asyncio.get_running_loop().run_in_executor(self._threads, answered, question, names)
        try:
            answer = await asyncio.wait_for(asyncio.shield(asking), PATIENCE_SECONDS)
        except Exception as problem:
            logger.warning("A hosted page does without an answer: %s", problem)
            return None if held is None or fresh else held[1]  # type: ignore[return-value]
        if not fresh:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = (now + REMEMBERED_SECONDS, answer)
        return answer

    def look(self, request: Request, hosted: Hosted | None, locale: str = "") -> Look:
        """Language: the reader's choice, the profile's locale, the browser's, the account's."""
        accepted = request.headers.get("accept-language", "")
        candidates = [request.query().get("lang", ""), locale]
        if hosted and not any(known(part.partition(";")[0]) for part in accepted.split(",")):
            candidates += [hosted.settings.language, hosted.locale]
        return Look(Words(choose(candidates, accepted)), hosted.brand if hosted else self._fallback, hosted)

    def proof(self, request: Request) -> Proof:
        ip = self._addresses.of(request.head.client, request.headers.get("x-forwarded-for", ""))
        return Proof(ip, request.headers.get("user-agent", "")[:500])

    async def keep(self, account_id: str, changes: Sequence[ConsentChange]) -> bool:
        """Whether the wishes are on disk."""
        now = int(time.time() * 1000)
        record = Record(account_id, CONSENT, msgspec.json.encode(ChangeConsent(list(changes))), now)
        try:
            await self._log.append(Lane.CONSENT, record)
        except CairnError as problem:
            logger.error("A wish was not saved, account %s: %s", account_id, problem)
            return False
        return True

    async def tell(self, account_id: str, event: EventDraft) -> None:
        """An event about what was just done; without it the wish holds as well."""
        record = Record(account_id, RECORD, msgspec.json.encode(RecordEvents([event])), int(time.time() * 1000))
        try:
            await self._log.append(Lane.LIVE, record)
        except CairnError as problem:
            logger.warning("The event of a wish was not noted: %s", problem)


def answered(question: Callable[..., Answer], names: Sequence[str]) -> Answer:
    close_old_connections()
    return question(*names)


async def form_fields(request: Request) -> Fields:
    """Fields of a posted form, each with all its values. A mail program's one click may also come as multipart."""
    try:
        content = (await request.body(LARGEST_FORM)).decode("utf-8", "replace")
    except BodyTooLarge:
        return {}
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return {"List-Unsubscribe": ["One-Click"]} if "One-Click" in content else {}
    return parse_qs(content, keep_blank_values=True, max_num_fields=500)


def one(fields: Fields, name: str) -> str:
    """The last value of a field, without the NUL that PostgreSQL does not take."""
    return (fields.get(name) or [""])[-1].replace("\0", "").strip()
