"""A person in the commands of the log and the facts of the outbox: finding them, and taking them out. Pure.

What a command says of the person becomes empty in its place, for the places number the events; what others said with
the person's address in it loses the address.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import msgspec

from cairn.domains.privacy.contracts import REDACTED
from cairn.domains.profiles.contracts import Traces

BLANKS: Final[Mapping[str, tuple[str, str, Mapping[str, Any]]]] = {
    "events.record": ("events", "profile", {"metric": "Redacted", "profile": {}}),
    "profiles.upsert": ("profiles", "", {}),
    "profiles.consent": ("changes", "profile", {"profile": {}, "channel": "email.marketing", "consent": ""}),
}
"""By kind of command: its list, where an item says who is meant, and what stands there afterwards."""
PEOPLE: Final = ("emails", "profile_ids", "profiles")
"""Lists of a command's people, who can be left out of them."""
REPLACEMENT: Final = b"redacted"
KX_SKIPPED: Final = 2


@dataclass(frozen=True)
class Subject:
    """Somebody of one account who is to be taken out of what was accepted until `before`, milliseconds since 1970."""

    account_id: str
    traces: Traces
    before: int

    @cached_property
    def texts(self) -> list[str]:
        """Addresses as they may stand in texts of others."""
        return [text.lower() for text in (*self.traces.emails, *self.traces.phones) if text]

    @cached_property
    def needles(self) -> list[bytes]:
        """What is found in every command about the person, in small letters."""
        found = [*self.texts, *(one.lower() for one in self.traces.ids)]
        for name, values in (("external_id", self.traces.external_ids), ("anonymous_id", self.traces.anonymous_ids)):
            found += [f'"{name}":{msgspec.json.encode(value).decode().lower()}' for value in values]
        return [one.encode() for one in found] + [token_part(self.account_id, one) for one in self.traces.ids]

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        return re.compile(b"|".join(re.escape(text.encode()) for text in self.texts) or b"(?!)", re.IGNORECASE)

    def is_meant(self, profile: Mapping[str, Any]) -> bool:
        """Whether the highest-ranked identifier of a patch is the person's."""
        traces = self.traces
        if profile.get("id"):
            return profile["id"] in traces.ids
        for name, known in (
            ("external_id", traces.external_ids),
            ("email", traces.emails),
            ("phone_number", traces.phones),
        ):
            value = profile.get(name)
            if value:
                return plain(str(value)) in {plain(one) for one in known}
        if profile.get("kx"):
            token = str(profile["kx"]).lower().encode()
            return any(token_part(self.account_id, one) in token for one in traces.ids)
        return profile.get("anonymous_id") in traces.anonymous_ids


def plain(value: str) -> str:
    return re.sub(r"[\s()-]", "", value).lower()


def token_part(account_id: str, profile_id: str) -> bytes:
    """The part of every `_kx` that names the profile, in small letters: 24 letters of signature stand before it."""
    content = msgspec.msgpack.encode([account_id, profile_id])[KX_SKIPPED:]
    return base64.urlsafe_b64encode(content).rstrip(b"=").lower()


def redacted(subject: Subject, kind: str, body: bytes) -> tuple[str, bytes]:
    """The command without the person; the same objects where it says nothing of them."""
    lowered = body.lower()
    if not any(needle in lowered for needle in subject.needles):
        return kind, body
    try:
        command = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return REDACTED, b"{}"
    if kind in BLANKS:
        blank_items(subject, kind, command)
    elif not leave_out(subject, command):
        return REDACTED, b"{}"
    return kind, subject.pattern.sub(REPLACEMENT, msgspec.json.encode(command))


def blank_items(subject: Subject, kind: str, command: dict[str, Any]) -> None:
    name, at, blank = BLANKS[kind]
    items = command.get(name) or []
    for place, item in enumerate(items):
        if isinstance(item, dict) and subject.is_meant((item.get(at) or {}) if at else item):
            items[place] = dict(blank)


def leave_out(subject: Subject, command: dict[str, Any]) -> bool:
    """Whether the command has a list of people to leave the person out of."""
    lists = [name for name in PEOPLE if isinstance(command.get(name), list)]
    for name in lists:
        command[name] = [one for one in command[name] if not is_one_of(subject, one)]
    return bool(lists)


def is_one_of(subject: Subject, entry: Any) -> bool:
    values: Sequence[Any] = entry if isinstance(entry, list) else [entry]
    known = {*subject.texts, *(one.lower() for one in subject.traces.ids)}
    return any(isinstance(value, str) and value.strip().lower() in known for value in values)
