"""Hosted sign-up: a page per list, and the thanks for it.

The address is whatever somebody types, so nothing here trusts it: the list decides whether its owner is asked first,
and visitors and addresses have an allowance.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from cairn import wiring
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import Hosted
from cairn.domains.profiles.contracts import EMAIL_MARKETING, SUBSCRIBED, ConsentChange, ProfilePatch
from cairn.infra.http.exchange import Reply, Request
from cairn.kernel.contact import is_email
from cairn.public import look
from cairn.public.allowance import Allowance, Share
from cairn.public.look import TRAP, Fields, Look
from cairn.public.visits import Visits, form_fields, one

logger = logging.getLogger(__name__)

METHOD: Final = "SUBSCRIBE_PAGE"
WINDOW_SECONDS: Final = 600
MOST_PER_VISITOR: Final = 20
MOST_PER_ADDRESS: Final = 5
LONGEST_NAME: Final = 100


class SubscribePages:
    """Serves `/s/<company>/<list>` and `/s/<company>/<list>/thanks`."""

    def __init__(
        self, visits: Visits, share: Share = wiring.visit_counts, clock: Callable[[], float] = time.time
    ) -> None:
        self._visits = visits
        self._visitors = Allowance("visitor", MOST_PER_VISITOR, WINDOW_SECONDS, share, clock)
        self._addresses = Allowance("address", MOST_PER_ADDRESS, WINDOW_SECONDS, share, clock)

    async def serve(self, request: Request, path: str) -> Reply:
        account_id, _, rest = path.partition("/")
        list_id, _, tail = rest.partition("/")
        hosted = await self._visits.ask(lists.sign_up_page, account_id[:32], list_id[:32])
        shown = self._visits.look(request, hosted)
        if hosted is None or hosted.list is None or tail not in ("", "thanks"):
            return shown.simple(404, "problem.missing")
        if tail == "thanks":
            return thanks(shown, hosted)
        if not hosted.list.is_open:
            closed = shown.words("subscribe.closed_text", brand=shown.brand)
            return shown.page(404, shown.words("subscribe.closed"), look.text(closed))
        if request.method != "POST":
            return sign_up(shown, hosted, "", "")
        return await self._subscribe(request, shown, hosted)

    async def _subscribe(self, request: Request, shown: Look, hosted: Hosted) -> Reply:
        fields = await form_fields(request)
        email = one(fields, "email").lower()
        proof = self._visits.proof(request)
        if not self._visitors.takes(proof.ip):
            logger.warning("Too many sign-ups by one visitor, account %s", hosted.settings.id)
            return shown.simple(429, "problem.busy")
        if not is_email(email):
            return sign_up(shown, hosted, one(fields, "email")[:254], shown.words("subscribe.bad_email"))
        if one(fields, TRAP):
            # A machine learns nothing from its answer.
            logger.info("A machine's sign-up was dropped, account %s", hosted.settings.id)
            return away(shown, hosted)
        if not self._addresses.takes(f"{hosted.settings.id}:{email}"):
            logger.warning("Too many sign-ups of one address, account %s", hosted.settings.id)
            return shown.simple(429, "problem.busy")
        change = wish(shown, hosted, fields, email)
        change.ip, change.user_agent = proof.ip, proof.user_agent
        if not await self._visits.keep(hosted.settings.id, [change]):
            return shown.simple(503, "problem.away")
        return away(shown, hosted)


def wish(shown: Look, hosted: Hosted, fields: Fields, email: str) -> ConsentChange:
    first_name = one(fields, "first_name")[:LONGEST_NAME]
    patch = ProfilePatch(email=email, trusted=False)
    if first_name:
        patch.attributes = {"first_name": first_name}
    return ConsentChange(
        profile=patch,
        channel=EMAIL_MARKETING,
        consent=SUBSCRIBED,
        at=datetime.fromtimestamp(time.time(), UTC).isoformat(),
        method=METHOD,
        method_detail=hosted.list.id if hosted.list else "",
        list_id=hosted.list.id if hosted.list else None,
        text=agreement(shown, hosted),
        language=shown.words.language,
    )


def agreement(shown: Look, hosted: Hosted) -> str:
    """What somebody says by pressing the button."""
    own = hosted.settings.sign_up_text
    return own or shown.words("subscribe.agree", list=name_of(hosted), brand=shown.brand)


def name_of(hosted: Hosted) -> str:
    return hosted.list.shown_name if hosted.list else ""


def sign_up(shown: Look, hosted: Hosted, email: str, problem: str) -> Reply:
    words = shown.words
    intro = (hosted.list.description if hosted.list else "") or words("subscribe.intro", brand=shown.brand)
    told = {"aria_invalid": "true"} if problem else {}
    known = {"required": "", "autocomplete": "email", "maxlength": "254"}
    parts = [
        look.field("email", words("subscribe.email"), "email", email, **known, **told),
        look.field("first_name", words("subscribe.first_name"), "text", autocomplete="given-name", maxlength="100"),
        look.trap(),
        look.text(agreement(shown, hosted)),
        look.button(words("subscribe.button")),
    ]
    alert = look.text(problem, look="bad") if problem else ""
    title = words("subscribe.title", list=name_of(hosted))
    return shown.page(400 if problem else 200, title, look.text(intro), alert, look.form(words.language, *parts))


def away(shown: Look, hosted: Hosted) -> Reply:
    """To the thanks, by an address of its own, so that going back sends nothing again."""
    target = f"/s/{hosted.settings.id}/{name_of_list(hosted)}/thanks?lang={shown.words.language}"
    return Reply(303, b"", [("location", target), ("cache-control", "no-store")])


def name_of_list(hosted: Hosted) -> str:
    return hosted.list.id if hosted.list else ""


def thanks(shown: Look, hosted: Hosted) -> Reply:
    """The same for everybody: whoever tries addresses learns of none."""
    words = shown.words
    if hosted.list and hosted.list.opt_in_process == "double_opt_in":
        return shown.page(200, words("thanks.check_title"), look.text(words("thanks.check")))
    return shown.page(200, words("thanks.title"), look.text(words("thanks.done", list=name_of(hosted))))
