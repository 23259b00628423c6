"""Identifiers, made where a thing is first heard of, so that an answer can name it before any database knows it."""

import hashlib
import os
import secrets
import threading
import time
import uuid
from typing import Final

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_BITS: Final = 80
PAIRS: Final = [first + second for first in CROCKFORD for second in CROCKFORD]

_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)


def ulid(milliseconds: int | None = None) -> str:
    """A 26-character ULID. Within one process, later calls sort after earlier ones, also inside a millisecond."""
    global _last
    now = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    if milliseconds is not None:
        return encode_ulid(now, int.from_bytes(os.urandom(10), "big"))
    with _lock:
        then, tail = _last
        if now <= then:
            now, tail = then, tail + 1
        else:
            # The top bit stays free, so that counting up cannot overflow.
            tail = int.from_bytes(os.urandom(10), "big") >> 1
        _last = (now, tail)
    return encode_ulid(now, tail)


def encode_ulid(milliseconds: int, tail: int) -> str:
    number = (milliseconds << RANDOM_BITS) | tail
    return "".join([PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])


def is_ulid(text: str) -> bool:
    return len(text) == 26 and text[0] <= "7" and all(c in CROCKFORD for c in text)


def short_id() -> str:
    """Six base-62 characters: account, list, segment, metric and template ids. Unique by constraint only."""
    return "".join(secrets.choice(BASE62) for _ in range(6))


def long_id() -> str:
    """32 hexadecimal digits: ids of custom metrics."""
    return uuid.uuid4().hex


def event_uuid(milliseconds: int, source: bytes) -> uuid.UUID:
    """The UUIDv7 of an event: ordered by `milliseconds`, the same for the same `source`, so that a replay meets it.

    `source` names the place in the log where the event was accepted (record id and position in the record).
    """
    tail = int.from_bytes(hashlib.blake2b(source, digest_size=10).digest(), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | ((tail >> 62) & 0xFFF) << 64
    value |= 0b10 << 62 | (tail & ((1 << 62) - 1))
    return uuid.UUID(int=value)
