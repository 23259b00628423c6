"""Unsubscribing and preferences: a link shows a page, only a button (or a mail program's one click) changes anything,
since scanners open every link."""

import logging
import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from cairn.domains.events.contracts import CLICKED_UNSUBSCRIBED, RecordEvents
from cairn.domains.lists.contracts import CONFIRM, Confirmation
from cairn.domains.messaging.contracts import PREFERENCES, UNSUBSCRIBE, MessageLink
from cairn.domains.profiles.contracts import ChangeConsent, ConsentChange, ProfilePatch
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.exchange import BodyTooLarge, Reply, Request
from cairn.kernel.errors import CairnError, Invalid
from cairn.kernel.signing import unseal
from cairn.public.pages import page
from cairn.public.tracking import RECORD, about, draft

logger = logging.getLogger(__name__)

CONSENT: Final = "profiles.consent"
CHANNEL: Final = "email.marketing"
SUBSCRIBED: Final = "SUBSCRIBED"
UNSUBSCRIBED: Final = "UNSUBSCRIBED"
LARGEST_FORM: Final = 64 * 1024
DAMAGED: Final = page(404, "This link is damaged", "It was cut or changed on its way. Please use the original.")
AWAY: Final = page(503, "Not saved yet", "We cannot save your choice at the moment. Please try again in a minute.")


class ConsentPages:
    """Serves `/u/<token>`, `/p/<token>` and `/c/<token>`."""

    def __init__(self, log: EventLog, secret: str) -> None:
        self._log = log
        self._secret = secret

    async def unsubscribe(self, request: Request, token: str) -> Reply:
        try:
            link = unseal(self._secret, UNSUBSCRIBE, token, MessageLink)
        except Invalid:
            return DAMAGED
        if request.method != "POST":
            text = "You will get no more marketing emails from us at this address."
            return page(200, "Unsubscribe?", text, [({"confirm": "yes"}, "Unsubscribe", True)])
        fields = await form_fields(request)
        one_click = fields.get("List-Unsubscribe") == "One-Click"
        method = "ONE_CLICK_UNSUBSCRIBE" if one_click else "UNSUBSCRIBE_PAGE"
        if not await self._change(link, UNSUBSCRIBED, method):
            return AWAY
        await self._note_unsubscribed(link, request.headers.get("user-agent", ""), method)
        return page(200, "You are unsubscribed", "You will get no more marketing emails from us at this address.")

    async def preferences(self, request: Request, token: str) -> Reply:
        try:
            link = unseal(self._secret, PREFERENCES, token, MessageLink)
        except Invalid:
            return DAMAGED
        if request.method != "POST":
            buttons = [
                ({"email": SUBSCRIBED}, "Send me emails", True),
                ({"email": UNSUBSCRIBED}, "Send me no marketing emails", False),
            ]
            return page(200, "Your email preferences", "What would you like to get from us?", buttons)
        wish = (await form_fields(request)).get("email")
        if wish not in (SUBSCRIBED, UNSUBSCRIBED):
            return page(400, "Nothing was changed", "Please go back and choose one of the two buttons.")
        if not await self._change(link, wish, "PREFERENCE_PAGE"):
            return AWAY
        if wish == UNSUBSCRIBED:
            return page(200, "Your choice is saved", "You will get no more marketing emails from us at this address.")
        return page(200, "Your choice is saved", "You will get our emails at this address.")

    async def confirm(self, request: Request, token: str) -> Reply:
        """The answer to a list with double opt-in."""
        now = time.time()
        try:
            waiting = unseal(self._secret, CONFIRM, token, Confirmation)
        except Invalid:
            return DAMAGED
        if waiting.expires < now:
            return page(410, "This link is too old", "Please sign up again, and you will get a new one.")
        if request.method != "POST":
            button = ({"confirm": "yes"}, "Yes, subscribe me", True)
            return page(200, "Confirm your subscription", "You will get our emails at this address.", [button])
        change = msgspec.structs.replace(waiting.change, at=datetime.fromtimestamp(now, UTC).isoformat())
        if not await self._save(waiting.account_id, change, now):
            return AWAY
        return page(200, "You are subscribed", "Thank you. You will get our emails at this address.")

    async def _change(self, link: MessageLink, wish: str, method: str) -> bool:
        """Whether the wish is on disk."""
        now = time.time()
        change = ConsentChange(
            profile=ProfilePatch(id=link.profile_id),
            channel=CHANNEL,
            consent=wish,
            at=datetime.fromtimestamp(now, UTC).isoformat(),
            method=method,
            method_detail=link.message,
        )
        return await self._save(link.account_id, change, now)

    async def _save(self, account_id: str, change: ConsentChange, now: float) -> bool:
        record = Record(account_id, CONSENT, msgspec.json.encode(ChangeConsent([change])), int(now * 1000))
        try:
            await self._log.append(Lane.CONSENT, record)
        except CairnError as problem:
            logger.error("A wish was not saved, account %s: %s", account_id, problem)
            return False
        return True

    async def _note_unsubscribed(self, link: MessageLink, agent: str, method: str) -> None:
        now = int(time.time())
        properties = about(link, agent) | {"Method": method}
        event = draft(CLICKED_UNSUBSCRIBED, link, properties, f"{link.delivery}:unsubscribed", now)
        record = Record(link.account_id, RECORD, msgspec.json.encode(RecordEvents([event])), now * 1000)
        try:
            await self._log.append(Lane.LIVE, record)
        except CairnError as problem:
            logger.warning("The event of an unsubscribing was not noted: %s", problem)


async def form_fields(request: Request) -> dict[str, str]:
    """Fields of a posted form. A mail program's one click may also come as multipart."""
    try:
        content = (await request.body(LARGEST_FORM)).decode("utf-8", "replace")
    except BodyTooLarge:
        return {}
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return {"List-Unsubscribe": "One-Click"} if "One-Click" in content else {}
    return dict(parse_qsl(content, keep_blank_values=True))
