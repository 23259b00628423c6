"""Batches: however commands are cut into batches, and whoever else writes, the same people come out."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.domains.accounts.models import Account
from cairn.domains.profiles import actions
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.profiles.models import Identifier, Profile
from cairn.kernel import clock, ids
from cairn.kernel.scope import Scope

NOW = clock.now()
People = list[tuple[object, ...]]

some_text = st.one_of(
    st.sampled_from(["a", "b", "עברית", "👩‍🚀", "'; DROP TABLE x;--", "%s", "\\", '"']), st.text(max_size=8)
)
patches = st.builds(
    ProfilePatch,
    external_id=st.sampled_from([None, None, "1", "2"]),
    email=st.sampled_from([None, "a@x.com", "b@x.com", "c@x.com"]),
    phone_number=st.sampled_from([None, None, "+15005550001", "+15005550002"]),
    anonymous_id=st.sampled_from([None, None, "dev1", "dev2"]),
    attributes=st.dictionaries(st.sampled_from(["first_name", "title"]), st.one_of(st.none(), some_text), max_size=2),
    properties=st.dictionaries(
        st.sampled_from(["x", "y"]), st.one_of(st.integers(-5, 5), some_text, st.lists(st.integers(0, 3))), max_size=2
    ),
    append=st.dictionaries(st.just("y"), st.integers(0, 5), max_size=1),
    unset=st.lists(st.just("x"), max_size=1),
    trusted=st.booleans(),
)


def account() -> Scope:
    row = Account.objects.create(id=ids.short_id(), name="Batches", created=NOW)
    return Scope(row.id, row.number)


def apply(scope: Scope, some: Sequence[ProfilePatch]) -> None:
    with transaction.atomic():
        actions.apply_patches(scope, some, now=NOW)


def people(scope: Scope) -> People:
    """Everybody with everything but ids and numbers, which depend on how often somebody was merged."""
    owned: dict[int, list[tuple[str, str]]] = {}
    for kind, value, number in Identifier.objects.within(scope).values_list("kind", "value", "number"):
        if kind not in ("promised", "merged"):
            owned.setdefault(number, []).append((kind, value))
    rows = Profile.objects.within(scope)
    return sorted(
        (
            (
                sorted(owned.get(row.number, [])),
                (row.external_id, row.email, row.phone_number),
                (row.first_name, row.title),
                sorted(row.properties.items()),
            )
            for row in rows
        ),
        key=repr,
    )


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(patches, min_size=1, max_size=8), cuts=st.sets(st.integers(1, 7)))
def test_batches_are_the_same_as_one_by_one(some: list[ProfilePatch], cuts: set[int]) -> None:
    single, cut = account(), account()
    for patch in some:
        apply(single, [patch])
    edges = sorted({0, len(some), *(at for at in cuts if at < len(some))})
    for first, last in pairwise(edges):
        apply(cut, some[first:last])
    assert people(single) == people(cut)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(some=st.lists(patches, min_size=1, max_size=6))
def test_identifiers_and_profiles_agree(some: list[ProfilePatch]) -> None:
    scope = account()
    apply(scope, some)
    for row in Profile.objects.within(scope):
        found = set(Identifier.objects.within(scope).filter(number=row.number).values_list("kind", "value"))
        shown = {"external_id": row.external_id, "email": row.email, "phone": row.phone_number}
        # A merge leaves a person several of a kind, of which one is shown.
        assert {kind for kind, value in shown.items() if value} == {kind for kind, _ in found} & shown.keys()
        assert {(kind, value) for kind, value in shown.items() if value} <= found
    numbers = set(Profile.objects.within(scope).values_list("number", flat=True))
    assert set(Identifier.objects.within(scope).values_list("number", flat=True)) <= numbers


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(6)))
def test_different_properties_in_any_order_give_the_same_person(order: list[int]) -> None:
    scope = account()
    apply(scope, [ProfilePatch(email="ann@x.com", properties={f"p{place}": place}) for place in order])
    row = Profile.objects.within(scope).get()
    assert row.properties == {f"p{place}": place for place in range(6)}


@dataclass(frozen=True)
class Call:
    """What one request says: which of a person's identifiers it names, and one property that nobody else sets."""

    person: int
    names: frozenset[str]
    step: int

    def patch(self) -> ProfilePatch:
        who = self.person
        known = {
            "external_id": f"x{who}",
            "email": f"{who}@x.com",
            "phone_number": f"+1500555000{who}",
            "anonymous_id": f"dev{who}",
        }
        given = {name: value for name, value in known.items() if name in self.names}
        return ProfilePatch(**given, properties={f"p{self.step}": self.step})  # type: ignore[arg-type]


calls = st.lists(
    st.builds(
        Call,
        person=st.integers(1, 3),
        names=st.frozensets(
            st.sampled_from(["external_id", "email", "phone_number", "anonymous_id"]), min_size=1, max_size=4
        ),
        step=st.just(0),
    ),
    min_size=2,
    max_size=8,
).map(lambda some: [replace(call, step=step) for step, call in enumerate(some)])


@pytest.mark.django_db
@settings(max_examples=80, deadline=None)
@given(some=calls, chance=st.randoms(use_true_random=False), size=st.integers(1, 4))
def test_any_order_of_the_same_calls_gives_the_same_people(some: list[Call], chance: Random, size: int) -> None:
    """People who use one value of each identifier, in whatever combinations. Of two values of one kind the later one
    is kept, and of two values of one property: there, as documented, the order decides."""
    one, other = account(), account()
    shuffled = chance.sample(some, len(some))
    apply(one, [call.patch() for call in some])
    for first in range(0, len(shuffled), size):
        apply(other, [call.patch() for call in shuffled[first : first + size]])
    assert people(one) == people(other)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_nobody_twice_and_lose_nothing() -> None:
    scope = account()
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for turn in range(12):
                some = [
                    ProfilePatch(email=f"{(writer + step) % 5}@x.com", properties={f"w{writer}t{turn}": step})
                    for step in range(5)
                ]
                apply(scope, some)
                actions.upsert_now(
                    scope, ProfilePatch(email=f"{turn % 5}@x.com", properties={f"u{writer}": turn}), now=NOW
                )
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    rows = list(Profile.objects.within(scope).order_by("email"))
    assert [row.email for row in rows] == [f"{n}@x.com" for n in range(5)]
    for row in rows:
        assert {name for name in row.properties if name[0] == "w"} == {f"w{w}t{t}" for w in range(4) for t in range(12)}
    assert sorted(row.number for row in rows) == [1, 2, 3, 4, 5]
