"""The relay's client against a server that speaks SMTP."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cairn.infra.mail.journal import Seat
from cairn.infra.mail.port import Accepted, Mail, Reason, SendFailed
from cairn.infra.mail.sink import Received, Sink
from cairn.infra.mail.smtp import Relay, SmtpMailer
from cairn.kernel.errors import Invalid

REFUSALS = {
    "gone@example.com": "550 5.1.1 no such user",
    "policy@example.com": "550 5.7.1 not wanted",
    "full@example.com": "552 5.2.2 mailbox full",
    "busy@example.com": "451 4.7.1 later",
}


def mail(to: str, content: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Mail:
    return Mail("shop@example.com", (to,), content)


@pytest.fixture
def received() -> list[Received]:
    return []


@pytest.fixture
def sink(received: list[Received]) -> Iterator[Sink]:
    made = Sink(received.extend, judge=REFUSALS.get).start()
    yield made
    made.stop()


@pytest.fixture
def mailer(sink: Sink) -> Iterator[SmtpMailer]:
    made = SmtpMailer(Relay.parse(sink.url))
    yield made
    made.close()


def test_many_mails_arrive_once_each_over_kept_connections(mailer: SmtpMailer, received: list[Received]) -> None:
    heard: list[int] = []
    lock = threading.Lock()

    def witness(index: int) -> None:
        with lock:
            heard.append(index)

    mails = [mail(f"p{number}@example.com") for number in range(50)]
    for _ in range(2):
        assert all(isinstance(outcome, Accepted) for outcome in mailer.send(mails, witness))
    assert sorted(heard) == sorted([*range(50), *range(50)])
    assert len({one.recipients for one in received}) == 50
    assert len(mailer.idle) <= 4


@pytest.mark.parametrize(
    ("address", "reason", "permanent"),
    [
        ("gone@example.com", Reason.MAILBOX_UNKNOWN, True),
        ("policy@example.com", Reason.REFUSED, True),
        ("full@example.com", Reason.REFUSED, True),
        ("busy@example.com", Reason.BUSY, False),
    ],
)
def test_a_refusal_says_whether_trying_again_can_help(
    mailer: SmtpMailer, received: list[Received], address: str, reason: Reason, permanent: bool
) -> None:
    failed, fine = mailer.send([mail(address), mail("fine@example.com")], lambda _: None)
    assert isinstance(failed, SendFailed) and isinstance(fine, Accepted)
    assert (failed.reason, failed.permanent) == (reason, permanent)
    assert [one.recipients for one in received] == [("fine@example.com",)]


@pytest.mark.parametrize("body", [b".\r\n..\r\nQUIT\r\n.end\r\n", b"no end of line", b""])
def test_dots_and_commands_in_a_mail_stay_in_it(mailer: SmtpMailer, received: list[Received], body: bytes) -> None:
    content = b"Subject: x\r\n\r\n" + body
    mailer.send([mail("ann@example.com", content)], lambda _: None)
    assert received[0].content.rstrip(b"\r\n") == content.rstrip(b"\r\n")


def test_a_mail_that_could_not_be_kept_is_to_be_tried_again() -> None:
    def broken(_: object) -> None:
        raise OSError("disk full")

    sink = Sink(broken).start()
    mailer = SmtpMailer(Relay.parse(sink.url))
    (outcome,) = mailer.send([mail("ann@example.com")], lambda _: None)
    assert isinstance(outcome, SendFailed) and not outcome.permanent
    mailer.close()
    sink.stop()


def test_a_relay_that_is_away_is_no_fault_of_the_mail() -> None:
    sink = Sink(lambda _: None).start()
    sink.stop()
    mailer = SmtpMailer(Relay.parse(sink.url))
    (outcome,) = mailer.send([mail("ann@example.com")], lambda _: None)
    assert isinstance(outcome, SendFailed)
    assert (outcome.reason, outcome.permanent) == (Reason.UNREACHABLE, False)
    mailer.close()


def test_a_relay_that_must_encrypt_but_cannot_is_misconfigured(sink: Sink) -> None:
    mailer = SmtpMailer(Relay.parse(sink.url.replace("tls=off", "tls=required")))
    (outcome,) = mailer.send([mail("ann@example.com")], lambda _: None)
    assert isinstance(outcome, SendFailed) and outcome.reason is Reason.MISCONFIGURED
    mailer.close()


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://h?tls=maybe", "smtp://h?connections=x"])
def test_a_url_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        Relay.parse(url)


def test_user_and_password_are_read_from_the_url() -> None:
    relay = Relay.parse("smtps://ann%40x:p%3Aq@mail.example.com")
    assert (relay.username, relay.password, relay.port, relay.implicit_tls) == ("ann@x", "p:q", 465, True)


def test_two_senders_have_two_seats_and_a_new_one_inherits_the_notes(tmp_path: Path) -> None:
    first, second = Seat(tmp_path), Seat(tmp_path)
    assert first.name != second.name
    first.note("A" * 26)
    first.close()
    heir = Seat(tmp_path)
    assert heir.name == first.name
    assert heir.noted() == {"A" * 26}
    heir.clear()
    assert heir.noted() == set()
    heir.close()
    second.close()
