"""Sign-up forms in pages of shops, which name a list and nothing else."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, Final

import msgspec

from cairn.api.edge.keyring import Keyring
from cairn.api.edge.operations import CONSENT
from cairn.api.kernel.ratelimit import Limit, RateLimiter, for_account
from cairn.api.legacy import special_keys
from cairn.api.legacy.calls import Given, as_list
from cairn.api.legacy.submissions import answer, away, submitted, text_of, throttled, wrong_method
from cairn.api.legacy.subscriptions import wishes_of
from cairn.domains.profiles.contracts import ChangeConsent, ConsentChange
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.addresses import Addresses
from cairn.infra.http.exchange import Reply, Request
from cairn.kernel.errors import Invalid, NotFound, Unavailable

logger = logging.getLogger(__name__)

NAME: Final = "legacy embedded forms"
LIMIT: Final = Limit(350, 750)
METHOD: Final = "FORM"
DETAIL: Final = "embedded form"
LONGEST_AGENT: Final = 500
FIELDS, LIST_FIELDS = "$fields", "$list_fields"
# Fields that need not be named in `$fields`.
ALWAYS: Final = ("email", "$email", "$consent", "sms_consent", "$source", "$timezone_offset")
REMEMBERED_SECONDS: Final = 300.0
MOST_REMEMBERED: Final = 50_000
Button = tuple[dict[str, str], str, bool]
Page = Callable[[int, str, str, Sequence[Button]], Reply]


class Lists:
    """Which account has a list, and who is in it already. `owners` and `is_subscribed` ask PostgreSQL, in threads."""

    def __init__(
        self,
        owners: Callable[[str], Sequence[str]],
        is_subscribed: Callable[[str, str, str], bool],
        threads: Executor,
    ) -> None:
        self._owners = owners
        self._is_subscribed = is_subscribed
        self._threads = threads
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    async def owner(self, list_id: str, account_id: str) -> str:
        """The account of a list. Raises NotFound, Invalid where it could be two, and Unavailable where it cannot be
        told."""
        until, owners = self._known.get(list_id, (0.0, ()))
        if until < time.monotonic():
            owners = await self._ask(list_id, owners)
        if account_id:
            owners = [one for one in owners if one == account_id]
        if not owners:
            raise NotFound("There is no such list.")
        if len(owners) > 1:
            raise Invalid("This list's id is not unique: add the field a with the account's public key.")
        return owners[0]

    async def _ask(self, list_id: str, known: Sequence[str]) -> Sequence[str]:
        try:
            owners = await asyncio.get_running_loop().run_in_executor(self._threads, self._owners, list_id)
        except Exception as problem:
            logger.warning("The account of a list cannot be looked up: %s", problem)
            if known:
                return known
            raise Unavailable("This form cannot be taken at the moment. Please try again.") from None
        if owners:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[list_id] = (time.monotonic() + REMEMBERED_SECONDS, owners)
        return owners

    async def has(self, account_id: str, list_id: str, email: str) -> bool:
        """Whether an address is subscribed already; no, where that cannot be told."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._is_subscribed, account_id, list_id, email)
        except Exception as problem:
            logger.warning("A subscription cannot be looked up: %s", problem)
            return False


class EmbeddedForms:
    """Serves `/ajax/subscriptions/subscribe` and the page for forms without a script, `/subscriptions/subscribe`."""

    def __init__(
        self, log: EventLog, keyring: Keyring, lists: Lists, limiter: RateLimiter, page: Page, addresses: Addresses
    ) -> None:
        self._log = log
        self._addresses = addresses
        self._keyring = keyring
        self._lists = lists
        self._limiter = limiter
        self._page = page

    async def ajax(self, request: Request) -> Reply:
        if request.method != "POST":
            return wrong_method()
        try:
            fields = await submitted(request)
            account_id = await self._account(fields)
            wait = await self._wait(account_id)
            if wait:
                return throttled(wait)
            changes = self._proved(request, changes_of(fields))
            email = changes[0].profile.email or ""
            if email and await self._lists.has(account_id, text_of(fields, "g"), email):
                return refused(400, f"{email} is already subscribed.")
            await self._keep(account_id, changes)
        except Invalid as refusal:
            return refused(400, refusal.detail)
        except NotFound as refusal:
            return refused(404, refusal.detail)
        except Unavailable as problem:
            return away(problem.detail)
        return answer(200, {"success": True, "errors": [], "data": {"is_subscribed": False, "email": email}})

    async def hosted(self, request: Request) -> Reply:
        """Opening the address asks, since scanners open every address; only the button subscribes."""
        try:
            fields = await submitted(request)
            account_id = await self._account(fields)
            changes = self._proved(request, changes_of(fields))
            if request.method != "POST" or "confirm" not in fields:
                button = ({**plain(fields), "confirm": "yes"}, "Yes, subscribe me", True)
                return self._page(200, "Subscribe?", f"{changes[0].profile.email} will get our emails.", [button])
            if await self._wait(account_id):
                return self._page(429, "Please wait", "Many people sign up just now. Please try again in a minute.", [])
            await self._keep(account_id, changes)
        except Invalid as refusal:
            return self._page(400, "Something is missing", refusal.detail, [])
        except NotFound as refusal:
            return self._page(404, "This form is out of use", refusal.detail, [])
        except Unavailable:
            return self._page(503, "Not saved yet", "We cannot save this at the moment. Please try again later.", [])
        return self._page(200, "Thank you", "If we need you to confirm, we have sent you an email.", [])

    async def _account(self, fields: Given) -> str:
        list_id = text_of(fields, "g")
        if not list_id:
            raise Invalid("g must be the id of a list.")
        return await self._lists.owner(list_id, text_of(fields, "a"))

    async def _wait(self, account_id: str) -> int:
        facts = await self._keyring.account(account_id)
        limit = for_account(LIMIT, NAME, facts.rate_limits if facts else {})
        return self._limiter.count(account_id, NAME, limit, int(time.time())).retry_after

    def _proved(self, request: Request, changes: list[ConsentChange]) -> list[ConsentChange]:
        """The wishes with what proves them: who asked, and with what."""
        ip = self._addresses.of(request.head.client, request.headers.get("x-forwarded-for", ""))
        agent = request.headers.get("user-agent", "")[:LONGEST_AGENT]
        return [msgspec.structs.replace(change, method_detail=DETAIL, ip=ip, user_agent=agent) for change in changes]

    async def _keep(self, account_id: str, changes: list[ConsentChange]) -> None:
        body = msgspec.json.encode(ChangeConsent(changes))
        await self._log.append(Lane.CONSENT, Record(account_id, CONSENT, body, int(time.time() * 1000)))


def changes_of(fields: Given) -> list[ConsentChange]:
    """The wishes of a submission: one for each channel that it may ask for."""
    patch = special_keys.patch_of(properties_of(fields), trusted=False)
    changes = wishes_of(patch, text_of(fields, "g"), METHOD)
    if not changes:
        raise Invalid("email must be a valid address.")
    return changes


def properties_of(fields: Given) -> dict[str, Any]:
    """What the form says of the person: fields that it names, lists among them."""
    lists = names(fields, LIST_FIELDS)
    wanted = dict.fromkeys((*ALWAYS, *names(fields, FIELDS), *lists))
    return {name: listed(fields[name]) if name in lists else fields[name] for name in wanted if name in fields}


def names(fields: Given, key: str) -> list[str]:
    return [name.strip() for one in as_list(fields.get(key)) for name in str(one).split(",") if name.strip()]


def listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [part.strip() for part in re.split(r",", str(value)) if part.strip()]


def plain(fields: Given) -> dict[str, str]:
    """The fields for a page's hidden inputs."""
    found = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in fields.items()}
    return {name: str(value) for name, value in found.items() if isinstance(value, str | int | float)}


def refused(status: int, detail: str) -> Reply:
    return answer(status, {"success": False, "errors": [detail], "data": {"is_subscribed": False}})
