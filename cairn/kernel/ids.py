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
    if milliseconds is not None:
        return encode_ulids(milliseconds << RANDOM_BITS | random_tail(), 1)[0]
    return ulids(1)[0]


def ulids(count: int) -> list[str]:
    """As many ULIDs, ascending, at a fifth of what as many calls cost."""
    global _last
    now = time.time_ns() // 1_000_000
    with _lock:
        then, tail = _last
        if now <= then:
            now, tail = then, tail + 1
        else:
            # The top bit stays free, so that counting up cannot overflow.
            tail = random_tail() >> 1
        _last = (now, tail + count - 1)
    return encode_ulids(now << RANDOM_BITS | tail, count)


def random_tail() -> int:
    return int.from_bytes(os.urandom(RANDOM_BITS // 8), "big")


def encode_ulids(first: int, count: int) -> list[str]:
    """The texts of numbers that follow each other: but for the last four characters, they are mostly alike."""
    numbers = range(first, first + count)
    heads = {
        high: "".join([PAIRS[high >> shift & 1023] for shift in range(100, -1, -10)])
        for high in range(first >> 20, (first + count - 1 >> 20) + 1)
    }
    return [heads[number >> 20] + PAIRS[number >> 10 & 1023] + PAIRS[number & 1023] for number in numbers]


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
