"""Who is deleted stays deleted, and may come back as somebody new."""

from datetime import timedelta

from django.db import transaction

from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import ProfilePatch, Resolved, SuppressProfiles, Traces
from cairn.domains.profiles.models import ConsentHistory, Duplicate, Identifier, Merge, Profile, Tombstone
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal

NOW = clock.now()
BEFORE, AFTER = clock.millis(NOW - timedelta(minutes=1)), clock.millis(NOW + timedelta(minutes=1))
ONE = "+15005550001"


def apply(scope: Scope, *patches: ProfilePatch) -> list[Resolved]:
    with transaction.atomic():
        return actions.apply_patches(scope, patches, now=NOW)


def ann(scope: Scope) -> Resolved:
    return apply(scope, ProfilePatch("", "7", "ann@x.com", ONE, "dev", add_emails=["second@x.com"]))[0]


def test_everything_that_led_to_a_person_is_told_and_gone(scope: Scope) -> None:
    one = ann(scope)
    other, bob = apply(scope, ProfilePatch(email="old@x.com"), ProfilePatch(email="bob@x.com"))
    actions.merge(scope, one.id, other.id, now=NOW)
    actions.suppress(scope, [one.number], reason="USER_SUPPRESSED", at=NOW, now=NOW)  # type: ignore[arg-type]
    traces, counts = actions.leave(scope, ProfilePatch(phone_number="+1 500 555 0001"), at=NOW)
    assert traces == Traces(
        numbers=(one.number, other.number),
        ids=tuple(sorted((one.id, other.id))),
        emails=("ann@x.com", "old@x.com", "second@x.com"),
        phones=(ONE,),
        external_ids=("7",),
        anonymous_ids=("dev",),
    )
    assert {name: count for name, count in counts.items() if count} == {
        "profiles": 1,
        "identifiers": 7,
        "suppressions": 1,
        "consent_history": 1,
        "merges": 1,
    }
    assert list(Profile.objects.within(scope).values_list("id", flat=True)) == [bob.id]
    for table in (ConsentHistory, Merge, Duplicate):
        assert table.objects.within(scope).count() == 0
    assert list(Identifier.objects.within(scope).values_list("value", flat=True)) == ["bob@x.com"]


def test_old_commands_make_nobody_again(scope: Scope) -> None:
    one = ann(scope)
    actions.leave(scope, ProfilePatch(email="ann@x.com"), at=NOW)
    for patch in (
        ProfilePatch(email="ANN@x.com"),
        ProfilePatch(email="second@x.com"),
        ProfilePatch(phone_number="+1 500 555 0001", attributes={"first_name": "Ann"}),
        ProfilePatch(external_id="7", email="new@x.com"),
        ProfilePatch(anonymous_id="dev"),
        ProfilePatch(id=one.id, email="other@x.com"),
        ProfilePatch(kx=seal("a secret for tests", "kx", [scope.account_id, one.id])),
    ):
        patch.accepted = BEFORE
        assert apply(scope, patch)[0].number == 0, patch
    assert Profile.objects.within(scope).count() == 0


def test_an_old_suppression_makes_nobody(scope: Scope) -> None:
    ann(scope)
    actions.leave(scope, ProfilePatch(email="ann@x.com"), at=NOW)
    command = SuppressProfiles(emails=["ann@x.com"])
    with transaction.atomic():
        assert [one.number for one in actions.people_of(scope, command, now=NOW, accepted=BEFORE)] == [0]


def test_what_is_accepted_later_makes_somebody_new(scope: Scope) -> None:
    one = ann(scope)
    actions.leave(scope, ProfilePatch(email="ann@x.com"), at=NOW)
    new = apply(scope, ProfilePatch(email="ann@x.com", accepted=AFTER))[0]
    assert new.number and new.id != one.id
    assert apply(scope, ProfilePatch(email="ann@x.com", properties={"old": 1}, accepted=BEFORE))[0].number == 0
    assert queries.get_profile(scope, new.id).properties == {}


def test_others_at_the_same_device_stay(scope: Scope) -> None:
    ann(scope)
    actions.leave(scope, ProfilePatch(email="ann@x.com"), at=NOW)
    bob = apply(scope, ProfilePatch(email="bob@x.com", anonymous_id="dev", accepted=BEFORE))[0]
    assert bob.number
    assert list(Identifier.objects.within(scope).values_list("kind", flat=True)) == ["email"]


def test_the_tombstone_names_nobody(scope: Scope, charlie: object) -> None:
    ann(scope)
    actions.leave(scope, ProfilePatch(email="ann@x.com"), at=NOW)
    digests = list(Tombstone.objects.within(scope).values_list("digest", flat=True))
    assert len(digests) == 6
    assert not any("ann" in digest for digest in digests)
    assert queries.buried_at(scope, ProfilePatch(email="Ann@x.com")) == NOW
    assert queries.buried_at(scope, ProfilePatch(email="bob@x.com")) is None
    assert queries.buried_at(charlie.scope, ProfilePatch(email="ann@x.com")) is None  # type: ignore[attr-defined]


def test_an_address_that_nobody_has_is_buried_too(scope: Scope) -> None:
    traces, counts = actions.leave(scope, ProfilePatch(email="never@x.com"), at=NOW)
    assert (traces.emails, traces.numbers, counts.get("profiles", 0)) == (("never@x.com",), (), 0)
    assert apply(scope, ProfilePatch(email="never@x.com", accepted=BEFORE))[0].number == 0


def test_a_deletion_touches_no_other_account(scope: Scope, charlie: object) -> None:
    theirs = ann(charlie.scope)  # type: ignore[attr-defined]
    actions.leave(scope, ProfilePatch(id=theirs.id), at=NOW)
    assert queries.get_profile(charlie.scope, theirs.id).email == "ann@x.com"  # type: ignore[attr-defined]
    assert apply(charlie.scope, ProfilePatch(email="ann@x.com", accepted=BEFORE))[0] == Resolved(  # type: ignore[attr-defined]
        theirs.number, theirs.id, False
    )
    assert ids.ulid() != theirs.id
