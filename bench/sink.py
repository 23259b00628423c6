"""A mail server that counts: it takes every message at once and keeps only who got how many.

python bench/sink.py        prints its port, then answers the SMTP command STAT with counts as JSON
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import cast

import uvloop

END = b"\r\n.\r\n"
GREETING = b"220 sink\r\n"
EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
OK = b"250 ok\r\n"


class Tally:
    """What arrived, by recipient."""

    def __init__(self) -> None:
        self.got: Counter[bytes] = Counter()
        self.first = self.last = 0.0
        self.bytes = 0

    def count(self, recipient: bytes, size: int) -> None:
        self.last = time.time()
        self.first = self.first or self.last
        self.bytes += size
        self.got[recipient] += 1

    def report(self) -> bytes:
        total = self.got.total()
        facts = {
            "messages": total,
            "recipients": len(self.got),
            "doubled": total - len(self.got),
            "first": self.first,
            "last": self.last,
            "bytes": self.bytes,
        }
        return b"250 " + json.dumps(facts).encode() + b"\r\n"


class Conversation(asyncio.Protocol):
    """One client, with pipelined commands."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.buffer = bytearray()
        self.in_data = False
        self.recipient = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        replies: list[bytes] = []
        while True:
            end = self.buffer.find(END if self.in_data else b"\r\n")
            if end < 0:
                break
            if self.in_data:
                self.tally.count(self.recipient, end)
                del self.buffer[: end + len(END)]
                self.in_data = False
                replies.append(OK)
            else:
                line = bytes(self.buffer[:end])
                del self.buffer[: end + 2]
                replies.append(self.answer(line))
        if replies:
            self.transport.write(b"".join(replies))

    def answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.recipient = line[line.find(b"<") + 1 : line.find(b">")]
        elif verb == b"DATA":
            self.in_data = True
            return b"354 go on\r\n"
        elif verb == b"EHLO":
            return EXTENSIONS
        elif verb == b"STAT":
            return self.tally.report()
        return OK


async def serve() -> None:
    tally = Tally()
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(tally), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # Until the parent is gone.


if __name__ == "__main__":
    uvloop.run(serve())
