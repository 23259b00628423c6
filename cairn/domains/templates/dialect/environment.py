"""What a rendering may know besides its data: the clock, the account's habits, and the recipient's links."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Links(Protocol):
    """Addresses made for one recipient."""

    def unsubscribe(self) -> str: ...

    def preferences(self) -> str: ...

    def web_view(self) -> str: ...

    def follow(self, url: str, alt: str) -> str:
        """The tracked form of a link's target, or the target where clicks are not tracked."""


class NoLinks:
    """For previews: links lead where the author pointed, the special ones nowhere."""

    def unsubscribe(self) -> str:
        return "#unsubscribe"

    def preferences(self) -> str:
        return "#preferences"

    def web_view(self) -> str:
        return "#web-view"

    def follow(self, url: str, alt: str) -> str:
        return url


@dataclass(frozen=True, slots=True)
class Environment:
    """`now` carries the account's time zone; one message renders the same bytes however often it is tried."""

    now: datetime = EPOCH
    currency: str = "USD"
    links: Links = field(default_factory=NoLinks)
    preview_text: str = ""
