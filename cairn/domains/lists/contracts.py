"""What other domains may know of lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.domains.profiles.contracts import ConsentChange
from cairn.domains.profiles.contracts import ProfilesMerged as ProfilesMerged

MERGED = "profiles.merged"


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A list as the API and the pages show it."""

    id: str
    name: str
    opt_in_process: str
    created: datetime
    updated: datetime
    public_name: str = ""
    description: str = ""
    is_open: bool = True
    in_preferences: bool = False

    @property
    def shown_name(self) -> str:
        """What subscribers read."""
        return self.public_name or self.name


@dataclass(frozen=True, slots=True)
class Membership:
    """A list that a profile is in, since when and by what means."""

    list_id: str
    joined_at: datetime
    method: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A profile that is in a list, since when and by what means."""

    number: int
    joined_at: datetime
    method: str = ""
    source: str = ""


CONFIRM = "confirm"
CONFIRMATION_WANTED = "lists.confirmation_wanted"
CONFIRMATIONS_WANTED = "lists.confirmations_wanted"
BOUNCED = "profiles.bounced"


class Confirmation(msgspec.Struct, array_like=True, frozen=True):
    """What a confirmation link carries, sealed: the wish that waits for a click, until `expires` (seconds)."""

    account_id: str
    expires: int
    change: ConsentChange


class ConfirmationWanted(msgspec.Struct):
    """Fact `lists.confirmation_wanted`, as older versions sent it: one person and the sealed wish."""

    account_id: str
    email: str
    list_name: str
    token: str


class ConfirmationsWanted(msgspec.Struct):
    """Fact `lists.confirmations_wanted`: people who wait, by the numbers of their wishes, are to be asked for the nth
    time, in one language, whether they want to be subscribed."""

    account_id: str
    list_id: str
    list_name: str
    language: str
    nth: int
    numbers: list[int]


class ProfilesBounced(msgspec.Struct):
    """Fact `profiles.bounced`: mailboxes that do not exist."""

    account_id: str
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that waits, or waited, for its confirmation."""

    number: int
    list_id: str
    email: str
    change: ConsentChange
    language: str
    asked: int
    last_asked_at: datetime
    expires: datetime
    confirmed_at: datetime | None
    stopped: str


@dataclass(frozen=True, slots=True)
class ConsentSettings:
    """How an account asks for consent, and how its hosted pages look. `unsubscribe_from` is `all`, or `list`: then
    leaving by a message to one list leaves that list only."""

    id: str
    default_opt_in: str = "single_opt_in"
    unsubscribe_from: str = "all"
    brand_name: str = ""
    brand_color: str = ""
    logo_url: str = ""
    privacy_url: str = ""
    sign_up_text: str = ""
    language: str = ""


OWN_COLOR = "#1f5fd6"


@dataclass(frozen=True, slots=True)
class Hosted:
    """What a hosted page knows of its account, and of its list, if it has one."""

    settings: ConsentSettings
    brand: str
    locale: str
    website_url: str
    list: ListInfo | None = None

    @property
    def color(self) -> str:
        return self.settings.brand_color or OWN_COLOR

    @property
    def ink(self) -> str:
        """What is readable on the colour: black or white, whichever has the higher contrast (WCAG)."""
        light = luminance(self.color)
        return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


@dataclass(frozen=True, slots=True)
class Offered:
    """A list that somebody may be in or not."""

    list: ListInfo
    is_member: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody gets, and may choose to get. `others` are channels beside email that they can leave."""

    hosted: Hosted
    email: str
    phone_number: str
    locale: str
    gets_email: bool
    others: Sequence[str]
    lists: Sequence[Offered]


def luminance(color: str) -> float:
    """Of a colour such as #1f5fd6, from 0 to 1, as WCAG measures it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
