"""The state of people as columns is their state as objects: of what was said once, the same counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import ConsentChange, ImportedPerson, ImportedWish, ProfilePatch
from cairn.kernel.scope import Scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SAID = NOW - timedelta(days=3, microseconds=250_000)
TEXT = 'two\nlines, "quotes", \\N, NULL and ü🙂'


@pytest.fixture
def numbers(scope: Scope) -> list[int]:
    def wish(channel: str, consent: str = "SUBSCRIBED") -> ImportedWish:
        return ImportedWish(channel, consent, SAID, method="FORM", method_detail=TEXT, double_optin=True)

    mail, sms, push = "email.marketing", "sms.marketing", "mobile_push.marketing"
    people = [
        ImportedPerson(
            ProfilePatch(email="ann@example.com", phone_number="+15005550006", attributes={"first_name": TEXT},
                         location={"city": TEXT}, properties={TEXT: [1, None, TEXT]}),
            [wish(mail), wish(sms), wish(push), wish("whatsapp.marketing", "UNSUBSCRIBED")],
        ),
        ImportedPerson(ProfilePatch(email="bea@example.com"), [wish(mail)], "HARD_BOUNCE", SAID),
        ImportedPerson(ProfilePatch(email="cem@example.com"), [wish(mail, "UNSUBSCRIBED")], "USER_SUPPRESSED"),
        ImportedPerson(ProfilePatch(external_id="dan"), []),
    ]  # fmt: skip
    found = actions.import_people(scope, people, now=NOW, source="old")
    # Who has another address by now has not agreed for it, and it has not bounced.
    moved = [(one.id, f"new-{place}@example.com") for place, one in enumerate(found[1:3])]
    actions.apply_patches(scope, [ProfilePatch(id=id_, email=email) for id_, email in moved], now=NOW)
    actions.change_consent(scope, [ConsentChange(ProfilePatch(id=found[0].id), sms, "UNSUBSCRIBED")], now=NOW)
    return [one.number for one in found]


def test_both_say_the_same(scope: Scope, numbers: list[int]) -> None:
    columns = queries.state_columns(scope, [*numbers, 99_999])
    snapshots = queries.snapshots(scope, numbers)
    assert columns.profiles["number"].to_pylist() == sorted(numbers)
    for row in columns.profiles.to_pylist():
        info: Any = snapshots[row["number"]].profile
        assert (row["id"], row["email"], row["first_name"]) == (info.id, info.email or "", info.first_name or "")
        assert (row["created"], row["updated"]) == (info.created, info.updated)
    consents = {
        (number, channel): (one.consent, one.at, one.updated, one.method, one.method_detail, one.double_optin)
        for number, snapshot in snapshots.items()
        for channel, one in snapshot.standing.consents.items()
    }
    names = ("consent", "at", "updated", "method", "method_detail", "double_optin")
    found = columns.consents.to_pylist()
    assert {(row["number"], row["channel"]): tuple(row[name] for name in names) for row in found} == consents
    assert (numbers[0], "email.marketing") in consents
    assert (numbers[1], "email.marketing") not in consents
    stops = [
        (number, str(stop.reason), stop.at)
        for number, snapshot in sorted(snapshots.items())
        for stop in snapshot.standing.suppressions
    ]
    assert [(row["number"], row["reason"], row["at"]) for row in columns.suppressions.to_pylist()] == stops
    assert {number for number, *_ in stops} == {numbers[2]}


def test_nobody(scope: Scope) -> None:
    columns = queries.state_columns(scope, [1, 2])
    assert [len(table) for table in (columns.profiles, columns.consents, columns.suppressions)] == [0, 0, 0]
