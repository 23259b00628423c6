"""The addresses in one recipient's message: signed, so that following one asks no store."""

from collections.abc import Sequence
from urllib.parse import quote_plus, urlsplit, urlunsplit

from cairn.domains.messaging.contracts import (
    CLICK,
    OPEN,
    PREFERENCES,
    UNSUBSCRIBE,
    WEB_VIEW,
    Content,
    MessageLink,
    Parameter,
)
from cairn.domains.messaging.people import Recipient
from cairn.kernel import signing

ALT_TEXT = "link_alt_text"
PER_PERSON = frozenset({"profile_id", "profile_external_id"})


def with_parameters(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The address with these parameters added; the author's own win."""
    parts = urlsplit(url)
    there = {pair.partition("=")[0] for pair in parts.query.split("&")}
    added = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs if name not in there)
    if not added:
        return url
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def parameter_value(parameter: Parameter, content: Content, recipient: Recipient, day: str) -> str:
    """The text of one parameter; none where each link has its own. A group is the audience's first list or
    segment."""
    if parameter.type == "static":
        return parameter.value
    group_id, group_name = content.groups[0] if content.groups else ("", "")
    values = {
        "campaign_id": content.campaign_id,
        "campaign_name": content.campaign_name,
        "campaign_name_id": f"{content.campaign_name} ({content.campaign_id})",
        "campaign_name_send_day": f"{content.campaign_name} ({day})",
        "email_subject": content.subject,
        "flow_id": content.flow_id,
        "flow_name": content.flow_name,
        "message_name": content.message_name,
        "message_name_id": f"{content.message_name} ({content.message_id})",
        "group_id": group_id,
        "group_name": group_name,
        "group_name_id": f"{group_name} ({group_id})",
        "message_type": "email",
        "profile_external_id": recipient.external_id,
        "profile_id": recipient.id,
    }
    return values.get(parameter.value, "")


def pairs_of(
    parameters: Sequence[Parameter], content: Content, recipient: Recipient, day: str
) -> list[tuple[str, str]]:
    """Parameters with their texts, but for those that have none."""
    found = ((one.name, parameter_value(one, content, recipient, day)) for one in parameters)
    return [(name, value) for name, value in found if value]


def alts_of(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """Parameters that tell each link's own text."""
    return tuple(one.name for one in parameters if one.type != "static" and one.value == ALT_TEXT)


class Visited:
    """Targets with their parameters, worked out once where these are the same for everybody. `alts` are names of
    parameters with the link's own text."""

    __slots__ = ("alts", "known", "pairs")

    def __init__(self, pairs: Sequence[tuple[str, str]], alts: Sequence[str] = ()) -> None:
        self.pairs = pairs
        self.alts = alts
        self.known: dict[str, str] = {}

    def key(self, url: str, alt: str) -> str:
        """What two links have in common when they lead to the same address."""
        return f"{url}\0{alt}" if self.alts else url

    def target(self, url: str, alt: str = "") -> str:
        if not self.pairs and not self.alts:
            return url
        key = self.key(url, alt)
        found = self.known.get(key)
        if found is None:
            if len(self.known) > 1000:  # Addresses made by template code may differ for each person.
                self.known.clear()
            own = [(name, alt) for name in self.alts if alt]
            found = self.known[key] = with_parameters(url, [*self.pairs, *own])
        return found


class SignedLinks:
    """Links of one message to one person. With `tracked` false, targets stay as they are (a copy in the browser)."""

    __slots__ = ("base", "key", "link", "made", "tracked", "visited")

    def __init__(self, base: str, key: str, link: MessageLink, visited: "Visited", *, tracked: bool) -> None:
        self.base, self.key, self.link, self.visited, self.tracked = base, key, link, visited, tracked
        self.made: dict[str, str] = {}

    def token(self, purpose: str) -> str:
        return signing.seal(self.key, purpose, self.link)

    def unsubscribe(self) -> str:
        return f"{self.base}/u/{self.token(UNSUBSCRIBE)}"

    def preferences(self) -> str:
        return f"{self.base}/p/{self.token(PREFERENCES)}"

    def web_view(self) -> str:
        return f"{self.base}/w/{self.token(WEB_VIEW)}"

    def pixel(self) -> str:
        return f"{self.base}/t/o/{self.token(OPEN)}"

    def follow(self, url: str, alt: str) -> str:
        """The same target has one address per message, whether it stands in the HTML or the plain text."""
        key = self.visited.key(url, alt)
        made = self.made.get(key)
        if made is None:
            made = self.made[key] = self.followed(url, alt)
        return made

    def followed(self, url: str, alt: str) -> str:
        if not url.startswith(("http://", "https://")):
            return url
        target = self.visited.target(url, alt)
        if not self.tracked:
            return target
        link = self.link
        # Written out, since copying the struct takes longer than signing it.
        content = (
            link.account_id, link.account_number, link.profile_id, link.delivery, link.message, link.campaign,
            link.sent, target,
        )  # fmt: skip
        return f"{self.base}/t/c/{signing.seal(self.key, CLICK, content)}"
