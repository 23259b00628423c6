"""A relay over SMTP, with connections that are kept and commands that do not wait for each other (RFC 2920)."""

import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from cairn.infra.mail.port import Accepted, Mail, Outcome, Reason, SendFailed, Witness
from cairn.kernel.errors import Invalid

log = logging.getLogger(__name__)
TIMEOUT: Final = 60.0
CONNECT_TIMEOUT: Final = 10.0
UNKNOWN_MAILBOX: Final = frozenset({550, 551, 553})


@dataclass(frozen=True, slots=True)
class Relay:
    """Where and how to reach a relay, from `smtp://user:password@host:587` or `smtps://…:465`.

    `smtp` uses STARTTLS where the server offers it; `?tls=required` demands it, `?tls=off` never does.
    """

    host: str
    port: int
    username: str
    password: str
    implicit_tls: bool
    starttls: str
    connections: int

    @classmethod
    def parse(cls, url: str) -> "Relay":
        """Raises Invalid that names the variable."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Invalid("CAIRN_SMTP_URL must look like smtp://user:password@host:587")
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        starttls = query.get("tls", "offered")
        connections = query.get("connections", "4")
        if starttls not in ("offered", "required", "off") or not connections.isdecimal():
            raise Invalid("CAIRN_SMTP_URL: tls is offered, required or off; connections is a number")
        implicit = parts.scheme == "smtps"
        return cls(
            parts.hostname,
            parts.port or (465 if implicit else 587),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            implicit,
            starttls,
            max(1, min(64, int(connections))),
        )


class Broken(Exception):
    """The connection ended or makes no sense any more."""


class Connection:
    """One kept connection. The standard library opens it and signs in; mails then go in pipelined commands."""

    def __init__(self, relay: Relay) -> None:
        self.client = self.opened(relay)
        self.pipelined = self.client.has_extn("pipelining")
        sock = self.client.sock
        if sock is None:
            raise Broken("closed at once")
        sock.settimeout(TIMEOUT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock: socket.socket = sock
        self.replies = sock.makefile("rb")

    @staticmethod
    def opened(relay: Relay) -> smtplib.SMTP:
        if relay.implicit_tls:
            context = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=CONNECT_TIMEOUT, context=context)
        else:
            client = smtplib.SMTP(relay.host, relay.port, timeout=CONNECT_TIMEOUT)
        try:
            client.ehlo()
            if not relay.implicit_tls and relay.starttls != "off":
                if client.has_extn("starttls"):
                    client.starttls(context=ssl.create_default_context())
                    client.ehlo()
                elif relay.starttls == "required":
                    raise smtplib.SMTPNotSupportedError("the relay offers no STARTTLS")
            if relay.username:
                client.login(relay.username, relay.password)
        except BaseException:
            client.close()
            raise
        return client

    def reply(self) -> tuple[int, str]:
        lines: list[str] = []
        while True:
            line = self.replies.readline(2000)
            if len(line) < 4:
                raise Broken("the relay closed the connection")
            lines.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                return int(line[:3]), " ".join(lines)

    def begin(self, mail: Mail) -> list[bytes]:
        recipients = [f"RCPT TO:<{address}>\r\n".encode() for address in mail.recipients]
        return [f"MAIL FROM:<{mail.sender}>\r\n".encode(), *recipients, b"DATA\r\n"]

    def transfer(self, mail: Mail) -> Outcome:
        """One mail, from MAIL FROM to the relay's answer for its content. Raises Broken, OSError."""
        answers = self.commanded(self.begin(mail))
        wrong = next((answer for answer in answers[:-1] if answer[0] >= 400), None)
        code, detail = answers[-1]
        if wrong is not None or code != 354:
            if code == 354:  # The relay waits for content although it refused the recipient: nothing follows.
                self.sock.sendall(b".\r\n")
                self.reply()
            elif len(answers) > 1 and answers[0][0] < 400:
                self.sock.sendall(b"RSET\r\n")
                self.reply()
            place = answers.index(wrong) if wrong is not None else len(answers)
            return failure(*(wrong or (code, detail)), at_recipient=0 < place < len(answers))
        content = mail.content if mail.content.endswith(b"\r\n") else mail.content + b"\r\n"
        content = content.replace(b"\r\n.", b"\r\n..")
        self.sock.sendall((b"." if content.startswith(b".") else b"") + content + b".\r\n")
        code, detail = self.reply()
        return Accepted(detail) if code < 300 else failure(code, detail, at_recipient=False)

    def commanded(self, commands: list[bytes]) -> list[tuple[int, str]]:
        if self.pipelined:
            self.sock.sendall(b"".join(commands))
            return [self.reply() for _ in commands]
        answers: list[tuple[int, str]] = []
        for command in commands:
            self.sock.sendall(command)
            answers.append(self.reply())
            if answers[-1][0] >= 400:
                break
        return answers

    def close(self) -> None:
        try:
            self.sock.sendall(b"QUIT\r\n")
        except OSError as error:
            log.debug("the relay was gone before QUIT: %s", error)
        self.replies.close()
        self.client.close()


def failure(code: int, detail: str, *, at_recipient: bool) -> SendFailed:
    if code == 421:
        raise Broken(detail)
    if code < 500:
        return SendFailed(Reason.BUSY, False, code, detail)
    if at_recipient and (code in UNKNOWN_MAILBOX) and not detail.startswith("5.7"):
        return SendFailed(Reason.MAILBOX_UNKNOWN, True, code, detail)
    return SendFailed(Reason.REFUSED, True, code, detail)


class SmtpMailer:
    """Spreads mails over a few kept connections, one thread each."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.idle: list[Connection] = []
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(relay.connections, thread_name_prefix="smtp")

    def send(self, mails: Sequence[Mail], witness: Witness) -> list[Outcome]:
        outcomes: list[Outcome | None] = [None] * len(mails)
        strides = [range(start, len(mails), self.relay.connections) for start in range(self.relay.connections)]
        jobs = [self.pool.submit(self.run, mails, stride, outcomes, witness) for stride in strides if len(stride)]
        for job in jobs:
            job.result()
        return [outcome or SendFailed(Reason.UNREACHABLE, False) for outcome in outcomes]

    def run(
        self, mails: Sequence[Mail], stride: Sequence[int], outcomes: list[Outcome | None], witness: Witness
    ) -> None:
        """Sends every mail of a stride; a connection that breaks is opened anew once per mail."""
        connection: Connection | None = None
        for index in stride:
            for fresh in (False, True):
                try:
                    connection = connection or self.connection(fresh=fresh)
                    outcomes[index] = connection.transfer(mails[index])
                    break
                except (Broken, OSError, ValueError, smtplib.SMTPException) as error:
                    outcomes[index] = unreachable(error)
                    if connection is not None:
                        connection.client.close()
                        connection = None
                    if fresh and not isinstance(error, Broken):
                        return  # The relay is away: what is left of the stride stays without an outcome.
            if isinstance(outcomes[index], Accepted):
                witness(index)
        if connection is not None:
            with self.lock:
                self.idle.append(connection)

    def connection(self, *, fresh: bool) -> Connection:
        if not fresh:
            with self.lock:
                if self.idle:
                    return self.idle.pop()
        return Connection(self.relay)

    def close(self) -> None:
        self.pool.shutdown()
        for connection in self.idle:
            connection.close()
        self.idle.clear()


def unreachable(error: Exception) -> SendFailed:
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError | ssl.SSLError):
        return SendFailed(Reason.MISCONFIGURED, False, 0, str(error)[:300])
    return SendFailed(Reason.UNREACHABLE, False, 0, str(error)[:300])
