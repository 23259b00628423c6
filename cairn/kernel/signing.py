"""Tokens that carry their content, signed: links keep working when every store is down."""

import base64
import hmac
from typing import TypeVar

import msgspec

from cairn.kernel.errors import Invalid

Payload = TypeVar("Payload")
SIGNATURE_BYTES = 16


def signature(key: str, purpose: str, content: bytes) -> bytes:
    return hmac.digest(key.encode(), purpose.encode() + b"\0" + content, "sha256")[:SIGNATURE_BYTES]


def seal(key: str, purpose: str, payload: object) -> str:
    """A URL-safe token of `payload`, readable by anyone, valid only for the same `purpose`."""
    content = msgspec.msgpack.encode(payload)
    return base64.urlsafe_b64encode(signature(key, purpose, content) + content).rstrip(b"=").decode()


def unseal(key: str, purpose: str, token: str, kind: type[Payload]) -> Payload:
    """The payload of a token made by `seal`. Raises Invalid for anything else."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise Invalid("This link is damaged.") from None
    given, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(given, signature(key, purpose, content)):
        raise Invalid("This link is damaged.")
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except msgspec.MsgspecError:
        raise Invalid("This link is from another version.") from None
