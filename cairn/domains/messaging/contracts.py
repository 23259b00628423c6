"""What crosses the border of messaging: the content of links in messages."""

import msgspec


class MessageLink(msgspec.Struct, array_like=True, frozen=True):
    """Who got which message, and where the link leads. Signed into every tracked link, so that a redirect asks
    no store.

    `delivery` is the ledger row's id, `message` the campaign message's, `sent` seconds since 1970 of the hand-over.
    `url` is empty for opens, unsubscribe and web-view links.
    """

    account_id: str
    account_number: int
    profile_id: str
    delivery: str
    message: str
    campaign: str
    sent: int
    url: str = ""


OPEN = "open"
CLICK = "click"
UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
WEB_VIEW = "web-view"
