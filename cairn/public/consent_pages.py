"""Unsubscribing, preferences and confirmations: a link shows a page, only a button (or a mail program's one click)
changes anything, since scanners open every link."""

import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from cairn.domains.events.contracts import CLICKED_UNSUBSCRIBED, OWN_SERVICE, EventDraft
from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import CONFIRM, Confirmation, Hosted, Offered, Preferences
from cairn.domains.messaging.contracts import PREFERENCES, UNSUBSCRIBE, MessageLink
from cairn.domains.profiles.contracts import EMAIL_MARKETING, SUBSCRIBED, UNSUBSCRIBED, ConsentChange, ProfilePatch
from cairn.infra.http.exchange import Reply, Request
from cairn.kernel.errors import Invalid
from cairn.kernel.signing import seal, unseal
from cairn.public import look
from cairn.public.look import Fields, Look
from cairn.public.tracking import about, draft
from cairn.public.visits import Proof, Visits, form_fields, one

UPDATED: Final = "Updated Email Preferences"
PREFERENCE_PAGE: Final = "PREFERENCE_PAGE"
CHANNEL_WORDS: Final = {
    "sms.marketing": "preferences.channel_sms",
    "whatsapp.marketing": "preferences.channel_whatsapp",
    "mobile_push.marketing": "preferences.channel_push",
}


class ConsentPages:
    """Serves `/u/<token>`, `/p/<token>` and `/c/<token>`."""

    def __init__(self, visits: Visits, secret: str) -> None:
        self._visits = visits
        self._secret = secret

    async def unsubscribe(self, request: Request, token: str) -> Reply:
        try:
            link = unseal(self._secret, UNSUBSCRIBE, token, MessageLink)
        except Invalid:
            return self._damaged(request)
        fields = await form_fields(request) if request.method == "POST" else {}
        if request.method == "POST" and one(fields, "List-Unsubscribe") == "One-Click":
            # A mail program waits for no page, nor does its user for PostgreSQL.
            narrow = link.narrow and bool(link.list_id)
            shown = self._visits.look(request, None)
            return await self._leave(request, link, shown, "", narrow, "ONE_CLICK_UNSUBSCRIBE")
        hosted = await self._visits.ask(lists.hosted, link.account_id, link.list_id) if link.list_id else None
        named = hosted.list.shown_name if hosted and hosted.list else ""
        seen = await self._visits.ask(lists.preferences, link.account_id, link.profile_id, fresh=True)
        hosted = hosted or (seen.hosted if seen else await self._visits.ask(lists.hosted, link.account_id))
        shown = self._visits.look(request, hosted, seen.locale if seen else "")
        if request.method == "POST":
            narrow = bool(link.list_id) and one(fields, "from") == "list"
            return await self._leave(request, link, shown, named, narrow, "UNSUBSCRIBE_PAGE")
        return unsubscribe_page(shown, named, link)

    async def _leave(
        self, request: Request, link: MessageLink, shown: Look, named: str, narrow: bool, method: str
    ) -> Reply:
        words, proof = shown.words, self._visits.proof(request)
        title = words("unsubscribe.done_title")
        done = words("unsubscribe.done_list" if narrow else "unsubscribe.done", list=named, brand=shown.brand)
        change = wish(link, EMAIL_MARKETING, UNSUBSCRIBED, method, proof, text="" if method.startswith("ONE") else done)
        change = msgspec.structs.replace(change, list_id=link.list_id if narrow else None, list_only=narrow)
        if not await self._visits.keep(link.account_id, [change]):
            return shown.simple(503, "problem.away")
        properties = about(link, proof.user_agent) | {"Method": method}
        event = draft(CLICKED_UNSUBSCRIBED, link, properties, f"{link.delivery}:unsubscribed", int(time.time()))
        await self._visits.tell(link.account_id, event)
        address = f"/p/{seal(self._secret, PREFERENCES, link)}?lang={words.language}"
        return shown.page(200, title, look.text(done), look.link(address, words("unsubscribe.change")))

    async def preferences(self, request: Request, token: str) -> Reply:
        try:
            link = unseal(self._secret, PREFERENCES, token, MessageLink)
        except Invalid:
            return self._damaged(request)
        names = (link.account_id, link.profile_id, link.list_id)
        seen = await self._visits.ask(lists.preferences, *names, fresh=True)
        shown = self._visits.look(request, seen.hosted if seen else None, seen.locale if seen else "")
        if request.method != "POST":
            return preferences_page(shown, seen) if seen else simple_preferences(shown)
        offered = {box.list.id for box in seen.lists} if seen else set()
        fields = await form_fields(request)
        if seen is None and "save" in fields:
            return shown.simple(503, "problem.away")
        changes = chosen(link, fields, self._visits.proof(request), shown, offered)
        if changes is None:
            return shown.simple(400, "preferences.nothing")
        if changes and not await self._visits.keep(link.account_id, changes):
            return shown.simple(503, "problem.away")
        if changes:
            await self._visits.tell(link.account_id, updated(link, changes))
        return shown.simple(200, "preferences.saved")

    async def confirm(self, request: Request, token: str) -> Reply:
        """The answer to a list, or an account, with double opt-in."""
        now = time.time()
        try:
            waiting = unseal(self._secret, CONFIRM, token, Confirmation)
        except Invalid:
            return self._damaged(request)
        account_id, list_id = waiting.account_id, waiting.change.list_id or ""
        email = waiting.change.profile.email or ""
        hosted = await self._visits.ask(lists.hosted, account_id, list_id)
        shown = self._visits.look(request, hosted, waiting.change.language)
        held = await self._visits.ask(lists.find_waiting, account_id, list_id, email, fresh=True)
        if held is not None and held.confirmed_at is not None:
            return shown.simple(200, "confirm.already")
        if waiting.expires < now:
            return expired(shown, hosted)
        name = hosted.list.shown_name if hosted and hosted.list else shown.brand
        if request.method != "POST":
            text = look.text(shown.words("confirm.text", list=name, email=email))
            press = look.button(shown.words("confirm.button"), name="confirm", value="yes")
            return shown.page(200, shown.words("confirm.title"), text, look.form(shown.words.language, press))
        change = msgspec.structs.replace(waiting.change, confirmed=True, at=moment(now))
        if not change.ip:
            proof = self._visits.proof(request)
            change = msgspec.structs.replace(change, ip=proof.ip, user_agent=proof.user_agent)
        if not await self._visits.keep(account_id, [change]):
            return shown.simple(503, "problem.away")
        done = look.text(shown.words("confirm.done", list=name, email=email))
        return shown.page(200, shown.words("confirm.done_title"), done)

    def _damaged(self, request: Request) -> Reply:
        return self._visits.look(request, None).simple(404, "problem.damaged")


def moment(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat()


def wish(link: MessageLink, channel: str, consent: str, method: str, proof: Proof, *, text: str) -> ConsentChange:
    return ConsentChange(
        profile=ProfilePatch(id=link.profile_id),
        channel=channel,
        consent=consent,
        at=moment(time.time()),
        method=method,
        method_detail=link.message,
        confirmed=consent == SUBSCRIBED,
        text=text,
        ip=proof.ip,
        user_agent=proof.user_agent,
    )


def unsubscribe_page(shown: Look, named: str, link: MessageLink) -> Reply:
    words = shown.words
    everything = "unsubscribe.all_button" if link.list_id and named else "unsubscribe.button"
    forms = [look.form(words.language, look.button(words(everything), name="from", value="all"))]
    if link.list_id and named:
        press = look.button(words("unsubscribe.list_button", list=named), name="from", value="list", quiet=True)
        forms.append(look.form(words.language, press))
    key = "unsubscribe.text_list" if link.list_id and named else "unsubscribe.text"
    text = look.text(words(key, list=named, brand=shown.brand))
    return shown.page(200, words("unsubscribe.title"), text, *forms)


def expired(shown: Look, hosted: Hosted | None) -> Reply:
    words = shown.words
    parts = [look.text(words("confirm.expired"))]
    if hosted and hosted.list and hosted.list.is_open:
        address = f"/s/{hosted.settings.id}/{hosted.list.id}?lang={words.language}"
        parts.append(look.link(address, words("confirm.again")))
    return shown.page(410, words("confirm.expired_title"), *parts)


def preferences_page(shown: Look, seen: Preferences) -> Reply:
    """Boxes for what there is to choose. Hidden fields tell what was ticked, so that only what is changed is a wish."""
    words = shown.words
    was = [("was", EMAIL_MARKETING)] if seen.gets_email else []
    boxes = [
        look.choice("now", EMAIL_MARKETING, words("preferences.channel_email"), checked=seen.gets_email),
        *(
            look.choice("now", channel, words(CHANNEL_WORDS[channel], phone=seen.phone_number), checked=True)
            for channel in seen.others
        ),
    ]
    was += [("was", channel) for channel in seen.others]
    parts = [look.group(words("preferences.channels"), *boxes)]
    if seen.lists:
        was += [("was", f"list:{offered.list.id}") for offered in seen.lists if offered.is_member]
        parts.insert(0, look.group(words("preferences.lists"), *(box_of(offered) for offered in seen.lists)))
    save = look.button(words("preferences.save"), name="save", value="yes")
    leave = look.form(
        words.language,
        look.button(words("preferences.all_button"), name="email", value=UNSUBSCRIBED, quiet=True),
    )
    return shown.page(
        200,
        words("preferences.title"),
        look.text(words("preferences.intro", brand=shown.brand, address=seen.email)),
        look.form(words.language, look.hidden(was), *parts, save),
        leave if seen.gets_email else "",
    )


def box_of(offered: Offered) -> str:
    one_list = offered.list
    value = f"list:{one_list.id}"
    return look.choice("now", value, one_list.shown_name, checked=offered.is_member, note=one_list.description)


def simple_preferences(shown: Look) -> Reply:
    """Two buttons, for when nobody can say what somebody gets."""
    words = shown.words
    buttons = (
        look.button(words("preferences.simple_yes"), name="email", value=SUBSCRIBED),
        look.button(words("preferences.all_button"), name="email", value=UNSUBSCRIBED, quiet=True),
    )
    forms = [look.form(words.language, press) for press in buttons]
    return shown.page(200, words("preferences.title"), look.text(words("preferences.simple")), *forms)


def chosen(
    link: MessageLink, fields: Fields, proof: Proof, shown: Look, offered: Collection[str]
) -> list[ConsentChange] | None:
    """The wishes that a posted form means, compared with what it showed; None for a form of another page. `offered` are
    the lists that may be named."""
    email = one(fields, "email")
    if email in (SUBSCRIBED, UNSUBSCRIBED):
        key = "preferences.simple_yes" if email == SUBSCRIBED else "preferences.all_button"
        return [wish(link, EMAIL_MARKETING, email, PREFERENCE_PAGE, proof, text=shown.words(key))]
    if one(fields, "save") != "yes":
        return None
    was, now = set(fields.get("was", ())), set(fields.get("now", ()))
    leaves = EMAIL_MARKETING in was - now
    changes = []
    for name in sorted(was ^ now):
        consent = SUBSCRIBED if name in now else UNSUBSCRIBED
        list_id = name.removeprefix("list:") if name.startswith("list:") else ""
        if list_id in offered and not (leaves and consent == SUBSCRIBED):
            change = wish(link, EMAIL_MARKETING, consent, PREFERENCE_PAGE, proof, text=shown.words("preferences.title"))
            changes.append(msgspec.structs.replace(change, list_id=list_id, list_only=consent == UNSUBSCRIBED))
        elif name == EMAIL_MARKETING or (name in CHANNEL_WORDS and consent == UNSUBSCRIBED):
            changes.append(wish(link, name, consent, PREFERENCE_PAGE, proof, text=shown.words("preferences.title")))
    return changes


def updated(link: MessageLink, changes: Sequence[ConsentChange]) -> EventDraft:
    now = time.time()
    said = {f"{change.channel}{f':{change.list_id}' if change.list_id else ''}": change.consent for change in changes}
    return EventDraft(
        metric=UPDATED,
        profile=ProfilePatch(id=link.profile_id),
        properties={"Changes": said, "Method": PREFERENCE_PAGE},
        service=OWN_SERVICE,
        time=int(now),
        unique_id=f"{link.delivery}:preferences:{int(now * 1000)}",
    )
