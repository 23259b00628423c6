"""A small SMTP server that keeps what it receives: the built-in inbox, and the other end in tests.

It speaks the part of RFC 5321 that a relay's client needs, on loopback. A message is answered for only after `keep`
returned; messages that wait at the same time are kept together.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

log = logging.getLogger(__name__)
MOST_BYTES: Final = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


Keep: TypeAlias = Callable[[Sequence[Received]], None]
Judge: TypeAlias = Callable[[str], str | None]
"""Recipient to a refusal such as `550 5.1.1 no such user`, or None."""


class Sink:
    """Listens in a thread of its own. `address` is where, once started."""

    def __init__(self, keep: Keep, *, host: str = "127.0.0.1", port: int = 0, judge: Judge | None = None) -> None:
        self.keep = keep
        self.judge = judge or (lambda _: None)
        self.wanted = (host, port)
        self.address: tuple[str, int] = self.wanted
        self.waiting: list[tuple[Received, asyncio.Future[bool]]] = []
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        self.thread = threading.Thread(target=self.run, name="inbox", daemon=True)

    def start(self) -> "Sink":
        self.thread.start()
        self.started.wait(10)
        return self

    @property
    def url(self) -> str:
        return f"smtp://{self.address[0]}:{self.address[1]}?tls=off"

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.work = asyncio.Event()
        server = self.loop.run_until_complete(asyncio.start_server(self.talk, *self.wanted, limit=MOST_BYTES))
        self.address = server.sockets[0].getsockname()[:2]
        keeper = self.loop.create_task(self.keep_all())
        self.started.set()
        try:
            self.loop.run_forever()
        finally:
            keeper.cancel()
            server.close()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(self.loop), return_exceptions=True))
            self.loop.close()

    def stop(self) -> None:
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    async def keep_all(self) -> None:
        while True:
            await self.work.wait()
            self.work.clear()
            batch, self.waiting = self.waiting, []
            if not batch:
                continue
            kept = True
            try:
                await self.loop.run_in_executor(None, self.keep, [received for received, _ in batch])
            except Exception:
                log.exception("the inbox could not keep %d messages", len(batch))
                kept = False
            for _, told in batch:
                if not told.done():
                    told.set_result(kept)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Session(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            log.debug("an inbox connection ended: %s", error)
        finally:
            writer.close()

    async def kept(self, received: Received) -> bool:
        told: asyncio.Future[bool] = self.loop.create_future()
        self.waiting.append((received, told))
        self.work.set()
        return await told


class Session:
    """One client's conversation."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def run(self) -> None:
        self.say("220 cairn inbox ESMTP")
        while line := await self.reader.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 2.0.0 bye")
                return
            await self.answer(verb.upper(), rest)
            await self.writer.drain()

    def say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")

    async def answer(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            self.say(f"250-cairn\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MOST_BYTES}")
        elif verb == "HELO":
            self.say("250 cairn")
        elif verb == "MAIL":
            self.sender, self.recipients = path(rest), []
            self.say("250 2.1.0 ok")
        elif verb == "RCPT":
            refusal = self.sink.judge(path(rest)) if self.sender is not None else "503 5.5.1 MAIL first"
            if refusal is None:
                self.recipients.append(path(rest))
            self.say(refusal or "250 2.1.5 ok")
        elif verb == "DATA":
            await self.data()
        elif verb in ("RSET", "NOOP"):
            if verb == "RSET":
                self.sender, self.recipients = None, []
            self.say("250 2.0.0 ok")
        else:
            self.say("502 5.5.2 not known here")

    async def data(self) -> None:
        if self.sender is None or not self.recipients:
            self.say("503 5.5.1 RCPT first")
            return
        self.say("354 go on")
        await self.writer.drain()
        raw = await self.reader.readuntil(b"\r\n.\r\n")
        content = raw[:-3].replace(b"\r\n..", b"\r\n.")
        content = content[1:] if content.startswith(b"..") else content
        kept = await self.sink.kept(Received(self.sender, tuple(self.recipients), content))
        self.sender, self.recipients = None, []
        self.say("250 2.0.0 kept" if kept else "451 4.3.0 try again")


def path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
