"""The ledger follows people who are merged, and forgets those who are deleted."""

from datetime import UTC, datetime

from cairn.domains.messaging import departures
from cairn.domains.messaging.models import InboxMessage, LastSent, Message
from cairn.domains.profiles.contracts import ProfilesMerged, Traces
from cairn.kernel.ids import ulid
from cairn.kernel.scope import Scope

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
ANN, BOB, EVE = 1, 2, 3


def message(scope: Scope, source: str, number: int, state: str = "accepted", **more: object) -> None:
    Message.objects.create(
        account_id=scope.account_id,
        source=source,
        number=number,
        channel="email",
        id=ulid(),
        campaign_id="c",
        state=state,
        due_at=NOW,
        queued_at=NOW,
        **{"profile_id": f"p{number}", "email": f"{number}@x.com", **more},
    )


def ledger(scope: Scope) -> list[tuple[str, int, str, str, str, str]]:
    rows = Message.objects.within(scope).order_by("source", "number")
    return list(rows.values_list("source", "number", "state", "reason", "profile_id", "email"))


def merged(scope: Scope) -> ProfilesMerged:
    return ProfilesMerged(scope.account_id, BOB, ANN, "p2", "p1")


def test_one_person_has_the_messages_of_both(scope: Scope) -> None:
    message(scope, "may", BOB)
    message(scope, "june", ANN)
    message(scope, "june", BOB, state="failed", reason="bounced")
    for _ in range(2):
        departures.profiles_merged(scope, merged(scope))
        assert ledger(scope) == [
            ("june", ANN, "accepted", "", "p1", "1@x.com"),
            ("june", BOB, "failed", "bounced", "p1", "2@x.com"),
            ("may", ANN, "accepted", "", "p1", "2@x.com"),
        ]


def test_a_message_that_waits_for_both_goes_out_once(scope: Scope) -> None:
    message(scope, "june", ANN, state="queued")
    message(scope, "june", BOB, state="queued")
    message(scope, "july", BOB, state="queued")
    departures.profiles_merged(scope, merged(scope))
    assert [row[:4] for row in ledger(scope)] == [
        ("july", ANN, "queued", ""),
        ("june", ANN, "queued", ""),
        ("june", BOB, "skipped", "profile_merged"),
    ]


def test_a_message_in_hand_stays_with_its_sender(scope: Scope) -> None:
    message(scope, "june", BOB, state="handed_over", seat="s", profile_id="", email="")
    departures.profiles_merged(scope, merged(scope))
    assert [row[:3] for row in ledger(scope)] == [("june", BOB, "handed_over")]


def test_the_later_message_counts_for_smart_sending(scope: Scope) -> None:
    for number, day in ((ANN, 1), (BOB, 3)):
        LastSent.objects.create(
            account_id=scope.account_id, number=number, channel="email", at=NOW.replace(day=day), source=f"s{number}"
        )
    departures.profiles_merged(scope, merged(scope))
    assert list(LastSent.objects.within(scope).values_list("number", "at", "source")) == [
        (ANN, NOW.replace(day=3), "s2")
    ]


def test_a_deleted_persons_lines_stay_without_the_person(scope: Scope, charlie: object) -> None:
    message(scope, "june", ANN)
    message(scope, "june", EVE)
    message(scope, "july", ANN, state="queued")
    message(charlie.scope, "june", ANN)  # type: ignore[attr-defined]
    for to in ("1@x.com", "3@x.com"):
        InboxMessage.objects.create(
            account_id=scope.account_id, id=ulid(), to=to, sender="s", subject="s", content=b"", received_at=NOW
        )
    counts, done = departures.forget(scope, Traces(numbers=(ANN,), emails=("1@x.com",)), now=NOW)
    assert (counts, done) == ({"messages": 2, "smart_sending": 0, "inbox": 1}, True)
    assert ledger(scope) == [
        ("july", ANN, "skipped", "profile_deleted", "", ""),
        ("june", ANN, "accepted", "", "", ""),
        ("june", EVE, "accepted", "", "p3", "3@x.com"),
    ]
    assert list(InboxMessage.objects.within(scope).values_list("to", flat=True)) == ["3@x.com"]
    assert ledger(charlie.scope)[0][4] == "p1"  # type: ignore[attr-defined]


def test_a_deletion_waits_for_what_is_in_hand(scope: Scope) -> None:
    message(scope, "june", ANN, state="handed_over", seat="s")
    assert departures.forget(scope, Traces(numbers=(ANN,)), now=NOW)[1] is False
