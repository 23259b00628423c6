"""What a mail provider does, and how it says that it could not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias


class Reason(StrEnum):
    """Why a message was not taken."""

    MAILBOX_UNKNOWN = "mailbox_unknown"
    REFUSED = "refused"
    BUSY = "provider_busy"
    UNREACHABLE = "provider_unreachable"
    MISCONFIGURED = "provider_misconfigured"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to its recipients, complete with headers, lines ending in CRLF."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider answers for the message from here on."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class SendFailed:
    """`permanent`: trying again cannot help. With MAILBOX_UNKNOWN the address itself is bad."""

    reason: Reason
    permanent: bool
    code: int = 0
    detail: str = ""


Outcome: TypeAlias = Accepted | SendFailed
Witness: TypeAlias = Callable[[int], None]


class Mailer(Protocol):
    """Takes mails in any number; keeps its connections between calls."""

    def send(self, mails: Sequence[Mail], witness: Witness) -> list[Outcome]:
        """One outcome per mail. `witness` hears the index of each accepted mail the moment that its acceptance is
        known, possibly from several threads."""

    def close(self) -> None: ...
