"""Importing by the thousand decides as everything else does: the same people, the same data, the same consent."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.domains.accounts.models import Account
from cairn.domains.profiles import actions, queries, strangers
from cairn.domains.profiles.contracts import ConsentChange, Imported, ImportedPerson, ImportedWish, ProfilePatch
from cairn.domains.profiles.models import Consent, ConsentHistory, Identifier, Profile, Suppression
from cairn.infra.postgres import copying
from cairn.kernel import ids
from cairn.kernel.scope import Scope

NOW = datetime(2026, 1, 1, tzinfo=UTC)
emails = st.sampled_from(["a@example.com", "B@example.com", "c@example.com", None])
phones = st.sampled_from(["+15005550006", "+15005550007", None])
external = st.sampled_from(["1", "2", None])
values = st.sampled_from(["x", "tab\there", "back\\slash", "new\nline", "ü\r", 1, 1.5, True, None, ["a", {"b": "\\n"}]])
wishes = st.tuples(
    st.sampled_from(["email.marketing", "sms.marketing"]),
    st.sampled_from(["SUBSCRIBED", "UNSUBSCRIBED"]),
    st.integers(0, 3).map(lambda days: NOW - timedelta(days=days + 1)),
)


@st.composite
def people(draw: Any) -> tuple[ProfilePatch, list[tuple[str, str, datetime]]]:
    patch = ProfilePatch(
        email=draw(emails),
        phone_number=draw(phones),
        external_id=draw(external),
        attributes=draw(st.dictionaries(st.sampled_from(["first_name", "title"]), st.sampled_from(["A\\", "B\t"]))),
        properties=draw(st.dictionaries(st.sampled_from(["p", "q"]), values)),
    )
    return patch, draw(st.lists(wishes, max_size=2))


def account(number: int) -> Scope:
    made = Account.objects.create(id=ids.short_id(), name=f"Account {number}", created=NOW)
    return Scope(made.id, made.number)


def state(scope: Scope) -> list[Any]:
    rows = Profile.objects.within(scope).order_by("email", "phone_number", "external_id")
    standings = queries.standings(scope, [row.number for row in rows])
    return [
        (
            (row.email, row.phone_number, row.external_id, row.first_name, row.title, row.properties),
            {channel: (one.consent, one.at) for channel, one in standings[row.number].consents.items()},
            sorted(str(one.reason) for one in standings[row.number].suppressions),
        )
        for row in rows
    ]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(people(), max_size=3), batch=st.lists(people(), max_size=6))
def test_an_import_is_what_the_same_requests_would_be(
    monkeypatch: pytest.MonkeyPatch, before: list[Any], batch: list[Any]
) -> None:
    with transaction.atomic():
        compare(monkeypatch, before, batch)
        # Each example begins with nothing.
        transaction.set_rollback(True)


def compare(monkeypatch: pytest.MonkeyPatch, before: list[Any], batch: list[Any]) -> None:
    one, other = account(1), account(2)
    for scope in (one, other):
        apply(scope, before)
    apply(one, batch)
    # So that also a handful of rows goes the way of thousands.
    monkeypatch.setattr(copying, "MANY", 1)
    imported = [ImportedPerson(patch, [ImportedWish(*wish) for wish in wished]) for patch, wished in batch]
    if imported:
        actions.import_people(other, imported, now=NOW, source="test")
    monkeypatch.undo()
    assert state(other) == state(one)
    history = ConsentHistory.objects.within(other).count()
    updated = list(Profile.objects.within(other).order_by("number").values_list("updated", flat=True))
    if imported and is_settled(one, batch):
        actions.import_people(other, imported, now=NOW + timedelta(days=1), source="test")
        assert ConsentHistory.objects.within(other).count() == history
        assert list(Profile.objects.within(other).order_by("number").values_list("updated", flat=True)) == updated


rows = st.builds(
    ImportedPerson,
    patch=st.builds(
        ProfilePatch,
        email=st.one_of(emails, st.sampled_from(["t\\tab@example.com", "back\\\\slash@example.com", "none"])),
        phone_number=phones,
        external_id=st.one_of(external, st.sampled_from(["3", "4", "5", "tab\t6"])),
        attributes=st.dictionaries(
            st.sampled_from(["first_name", "title"]), st.sampled_from(["A\\", "B\t", "C\0", 5, 0, False, None])
        ),
        location=st.dictionaries(
            st.sampled_from(["city", "zip", "planet"]), st.sampled_from(["Rome", "a\nb", "a\0b", 12, None])
        ),
        properties=st.dictionaries(
            st.sampled_from(["p", "q", "r\0"]), st.one_of(values, st.sampled_from(["\0", {"a\0": "\0"}]))
        ),
        unset=st.sampled_from([[], [], ["p"]]),
    ),
    wishes=st.lists(
        st.builds(
            ImportedWish,
            channel=st.sampled_from(
                ["email.marketing", "sms.marketing", "sms.transactional", "mobile_push.marketing", "x"]
            ),
            consent=st.sampled_from(["SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"]),
            at=st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
            method=st.sampled_from(["", "FORM"]),
            method_detail=st.sampled_from(["", "tab\t", "somebody@example.com"]),
            double_optin=st.booleans(),
        ),
        max_size=3,
    ),
    suppression=st.sampled_from(["", "", "USER_SUPPRESSED", "HARD_BOUNCE"]),
    suppressed_at=st.sampled_from([None, NOW - timedelta(days=2)]),
)


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(people(), max_size=2), batch=st.lists(rows, max_size=6))
def test_strangers_become_what_planning_would_make_of_them(
    monkeypatch: pytest.MonkeyPatch, before: list[Any], batch: list[ImportedPerson]
) -> None:
    with transaction.atomic():
        one, other = account(1), account(2)
        apply(one, before)
        apply(other, before)
        monkeypatch.setattr(copying, "MANY", 1)
        quickly = actions.import_people(one, deepcopy(batch), now=NOW, source="test")
        monkeypatch.setattr(strangers, "among", lambda *_: [])
        slowly = actions.import_people(other, deepcopy(batch), now=NOW, source="test")
        monkeypatch.undo()
        assert [told(one) for one in quickly] == [told(one) for one in slowly]
        assert tables(one) == tables(other)
        transaction.set_rollback(True)


OF_ACCOUNT = {"pk", "id", "account_id", "number"}


def told(outcome: Imported) -> Any:
    return (bool(outcome.number), outcome.created, outcome.changed, outcome.kept)


def tables(scope: Scope) -> dict[str, list[tuple[Any, ...]]]:
    """All that is stored of an account's people, but for how they are numbered."""
    people = Profile.objects.within(scope).values_list("number", "email", "phone_number", "external_id")
    names = {number: keys for number, *keys in people}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for model in (Profile, Identifier, Consent, Suppression, ConsentHistory):
        fields = [one.attname for one in model._meta.fields if one.attname not in OF_ACCOUNT]
        lines = model._default_manager.filter(account_id=scope.account_id).values_list("number", *fields)
        found[model.__name__] = sorted(((names[number], *rest) for number, *rest in lines), key=repr)
    return found


def is_settled(scope: Scope, batch: list[tuple[ProfilePatch, list[tuple[str, str, datetime]]]]) -> bool:
    """Whether no row of the batch, asked for again, changes anything: one may undo what another has done, or take an
    identifier that a later one has set free."""
    settled = state(scope)
    for row in batch:
        apply(scope, [row])
        if state(scope) != settled:
            return False
    return True


def apply(scope: Scope, batch: list[Any]) -> None:
    found = actions.apply_patches(scope, [patch for patch, _ in batch], now=NOW) if batch else []
    changes = [
        ConsentChange(ProfilePatch(id=person.id), channel, consent, at=at.isoformat(), historical=True)
        for person, (_, wished) in zip(found, batch, strict=True)
        for channel, consent, at in wished
        if person.number
    ]
    if changes:
        actions.change_consent(scope, changes, now=NOW)


@pytest.mark.django_db
def test_a_suppressed_person_is_not_subscribed_by_a_file_without_dates(scope: Scope) -> None:
    patch = ProfilePatch(email="ann@example.com")
    (ann,) = actions.import_people(scope, [ImportedPerson(patch, [], "USER_SUPPRESSED")], now=NOW, source="old")
    again = ImportedPerson(patch, [ImportedWish("email.marketing", "SUBSCRIBED", None)])
    (found,) = actions.import_people(scope, [again], now=NOW + timedelta(days=1), source="new")
    assert (found.number, found.changed, found.kept) == (ann.number, False, 1)
    assert [one.reason for one in queries.standings(scope, [ann.number])[ann.number].suppressions] == [
        "USER_SUPPRESSED"
    ]
