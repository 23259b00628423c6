"""What other domains may know of lists."""

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


@dataclass(frozen=True, slots=True)
class Membership:
    """A list that a profile is in."""

    list_id: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A profile that is in a list."""

    number: int
    joined_at: datetime


CONFIRM = "confirm"
CONFIRMATION_WANTED = "lists.confirmation_wanted"


class Confirmation(msgspec.Struct, array_like=True, frozen=True):
    """What a confirmation link carries, sealed: the wish that waits for a click, until `expires` (seconds)."""

    account_id: str
    expires: int
    change: ConsentChange


class ConfirmationWanted(msgspec.Struct):
    """Fact `lists.confirmation_wanted`: somebody is to be asked whether they want to be subscribed."""

    account_id: str
    email: str
    list_name: str
    token: str
