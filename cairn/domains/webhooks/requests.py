"""One request as receivers get it: the document, its moment, and the signature over both."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Final

import msgspec

VERSION: Final = "2024-06-28"
"""Of the document; receivers written for Klaviyo read it."""
JSON: Final = "application/json"


class Item(msgspec.Struct):
    external_id: str
    topic: str
    payload: msgspec.Raw


class Meta(msgspec.Struct):
    timestamp: str
    klaviyo_account_id: str
    klaviyo_webhook_id: str
    version: str = VERSION


class Document(msgspec.Struct):
    data: Sequence[Item]
    meta: Meta


def document(account_id: str, webhook_id: str, items: Sequence[Item], *, now: datetime) -> bytes:
    return msgspec.json.encode(Document(items, Meta(now.isoformat(timespec="microseconds"), account_id, webhook_id)))


def headers(webhook_id: str, secret: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """`Klaviyo-Signature` is the HMAC-SHA256 of the body followed by the timestamp's text, in hexadecimal."""
    timestamp = format_datetime(now, usegmt=True)
    return {
        "Content-Type": JSON,
        "Klaviyo-Webhook-Id": webhook_id,
        "Klaviyo-Timestamp": timestamp,
        "Klaviyo-Signature": signature(secret, body, timestamp),
    }


def signature(secret: str, body: bytes, timestamp: str) -> str:
    return hmac.new(secret.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()
