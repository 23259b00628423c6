"""A person in commands: found however they are named, and taken out without moving anything."""

from typing import Any

import msgspec
import pytest

from cairn.domains.privacy.redacting import Subject, redacted
from cairn.domains.profiles.contracts import Traces
from cairn.kernel.signing import seal

ANN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
BOB = "01BX5ZZKBKACTAV9WEVGEMMVRZ"
TRACES = Traces((1,), (ANN,), ("ann@x.com",), ("+15005550001",), ("7",), ("dev",))
SUBJECT = Subject("AAAAAA", TRACES, 10)
BLANK = {"metric": "Redacted", "profile": {}}


def after(kind: str, command: dict[str, Any]) -> tuple[str, Any]:
    found, body = redacted(SUBJECT, kind, msgspec.json.encode(command))
    return found, msgspec.json.decode(body)


def event(**profile: Any) -> dict[str, Any]:
    return {"metric": "Placed Order", "profile": profile, "properties": {"shirt": "red"}}


@pytest.mark.parametrize(
    "profile",
    [
        {"email": "Ann@X.com"},
        {"email": " ann@x.com "},
        {"phone_number": "+15005550001"},
        {"external_id": "7"},
        {"id": ANN},
        {"anonymous_id": "dev"},
        {"kx": seal("any key", "kx", ["AAAAAA", ANN])},
        {"external_id": "7", "email": "new@x.com"},
    ],
)
def test_their_events_are_blank_in_their_places(profile: dict[str, Any]) -> None:
    bob = event(email="bob@x.com")
    kind, command = after("events.record", {"events": [bob, event(**profile), bob]})
    assert (kind, command) == ("events.record", {"events": [bob, BLANK, bob]})


@pytest.mark.parametrize(
    "profile",
    [{"email": "bob@x.com"}, {"id": BOB, "email": "bob@x.com"}, {"external_id": "77"}, {"anonymous_id": "dev2"}],
)
def test_others_are_not_touched(profile: dict[str, Any]) -> None:
    body = msgspec.json.encode({"events": [event(**profile)]})
    assert redacted(SUBJECT, "events.record", body)[1] is body


def test_what_others_said_loses_the_address() -> None:
    bob = {**event(email="bob@x.com"), "properties": {"friend": "ANN@x.com", "call": "+15005550001"}}
    _, command = after("events.record", {"events": [bob]})
    assert command["events"][0]["properties"] == {"friend": "redacted", "call": "redacted"}
    assert command["events"][0]["profile"] == {"email": "bob@x.com"}


def test_upserts_consent_and_suppressions() -> None:
    assert after("profiles.upsert", {"profiles": [{"email": "ann@x.com", "properties": {"a": 1}}]})[1] == {
        "profiles": [{}]
    }
    change = {"profile": {"email": "ann@x.com"}, "channel": "sms.marketing", "consent": "SUBSCRIBED"}
    assert after("profiles.consent", {"changes": [change]})[1]["changes"][0]["profile"] == {}
    assert after("profiles.suppress", {"emails": ["bob@x.com", "Ann@x.com"], "profile_ids": [ANN, BOB]})[1] == {
        "emails": ["bob@x.com"],
        "profile_ids": [BOB],
    }


def test_memberships_lose_the_person() -> None:
    fact = {"segment_id": "S", "segment": 1, "at": 5, "profiles": [[1, ANN], [2, BOB]]}
    assert after("segment.entered", fact)[1]["profiles"] == [[2, BOB]]


def test_what_nobody_knows_how_to_take_apart_goes_wholly() -> None:
    assert after("something.new", {"who": {"mail": "ann@x.com"}}) == ("privacy.redacted", {})


def test_it_can_be_repeated() -> None:
    once = redacted(SUBJECT, "events.record", msgspec.json.encode({"events": [event(email="ann@x.com")]}))
    assert redacted(SUBJECT, *once)[1] is once[1]
