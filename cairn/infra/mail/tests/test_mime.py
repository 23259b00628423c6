"""Messages as bytes: what goes in comes out of the standard library's parser."""

from email import message_from_bytes, policy

import pytest

from cairn.infra.mail.mime import Part, alternatives, encoded, is_address, mailbox, one_line
from cairn.kernel.errors import Invalid

TEXTS = [
    "plain",
    "déjà vu",
    "日本語" * 30,
    "a" * 2000,
    "🎉 deal",
    "tabs\tand\x07bells",
    "=?utf-8?b?eA==?=",
    "x" * 100 + "é",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_subject_arrives_as_written_on_one_line(text: str) -> None:
    raw = alternatives([("Subject", encoded(text))], [Part("text/plain", "x")], boundary="b")
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == one_line(text)


@pytest.mark.parametrize("text", ["a\r\nBcc: b@c.d", "a\nb", "a\rb", "a\u2028b", "a\x00b"])
def test_no_text_leaves_its_header(text: str) -> None:
    assert not set("\r\n\x00\u2028") & set(one_line(text))


@pytest.mark.parametrize("label", ["Shop", "Ann, Ben & Co.", 'The "Shop"', "Café Ñ", "back\\slash", ""])
def test_a_sender_keeps_label_and_address(label: str) -> None:
    raw = alternatives([("From", mailbox(label, "a@b.example"))], [Part("text/plain", "x")], boundary="b")
    (found,) = message_from_bytes(raw, policy=policy.default)["From"].addresses
    assert (found.display_name, found.addr_spec) == (label, "a@b.example")


@pytest.mark.parametrize("address", ["", "a", "a@", "a b@c.d", "a@b>\r\nX: y", "<a@b.c>", "a@b.c,d@e.f", "a@b@c"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Invalid):
        mailbox("x", address)


BODIES = ["one line", "two\nlines\n", ".dot\n..dots\n", "é and ü\n", "long " * 500 + "\n", "trailing space \nfoo"]


@pytest.mark.parametrize("text", BODIES)
@pytest.mark.parametrize("entities", [False, True])
def test_a_body_arrives_as_written_in_lines_that_relays_take(text: str, entities: bool) -> None:
    raw = alternatives([], [Part("text/plain", text, entities)], boundary="b")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    expected = text.encode("ascii", "xmlcharrefreplace").decode() if entities and len(text) < 900 else text
    assert part.get_content().replace("\r\n", "\n").rstrip("\n") == expected.rstrip("\n")
