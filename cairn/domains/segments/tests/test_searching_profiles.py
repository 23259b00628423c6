"""Search finds people by anything they are called, also those who changed just now, and pages like any listing."""

from datetime import timedelta

import pytest
from django.db import transaction

from cairn.domains.profiles import actions, queries, searching
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.segments import actions as segments
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.listing import Compare, Listing, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

NOW = clock.now()
PEOPLE = {
    "ann": ProfilePatch(
        email="ann.lee@example.com",
        attributes={"first_name": "Ann", "last_name": "Lee"},
        properties={"tier": "Gold", "card": "LC-0077"},
    ),
    "bea": ProfilePatch(email="bea@example.com", phone_number="+15005550006", attributes={"last_name": "Müller"}),
    "cem": ProfilePatch(external_id="C-4711", location={"city": "Zürich"}, properties={"points": 4200}),
}


@pytest.fixture
def people(scope: Scope, clickhouse: ClickHouse) -> dict[str, str]:
    with transaction.atomic():
        found = actions.apply_patches(scope, list(PEOPLE.values()), now=NOW)
    return dict(zip([one.id for one in found], PEOPLE, strict=True))


def names(scope: Scope, people: dict[str, str], text: str, **more: object) -> list[str]:
    listing = Listing(PageRequest(10), Sort("id"), Compare("search", "contains", text))
    return [people[one.id] for one in queries.list_profiles(scope, listing).rows]


CASES = [
    ("ann", ["ann"]),
    ("LEE ann", ["ann"]),
    ("nn.lee@exam", ["ann"]),
    ("example", ["ann", "bea"]),
    ("gold", ["ann"]),
    ("0077", ["ann"]),
    ("5550006", ["bea"]),
    ("MÜLLER", ["bea"]),
    ("c-4711", ["cem"]),
    ("zürich", ["cem"]),
    ("4200", ["cem"]),
    ("le", ["ann"]),
    ("ee", []),
    ("ann bea", []),
    ("%", []),
    ("' OR 1=1 --", []),
]


@pytest.mark.parametrize("copied", [False, True], ids=["just now", "long ago"])
@pytest.mark.parametrize(("text", "expected"), CASES)
def test_search(
    scope: Scope, clickhouse: ClickHouse, people: dict[str, str], text: str, expected: list[str], copied: bool
) -> None:
    if copied:
        segments.tick(scope, set(), now=NOW + timedelta(seconds=1))
        assert queries.touched(scope, 10, NOW) == ([], set())
    assert names(scope, people, text) == expected


def test_nobody_is_found_for_what_they_were_called_before(
    scope: Scope, clickhouse: ClickHouse, people: dict[str, str]
) -> None:
    segments.tick(scope, set(), now=NOW + timedelta(seconds=1))
    with transaction.atomic():
        actions.apply_patches(
            scope, [ProfilePatch(email="bea@example.com", attributes={"last_name": "Weber"})], now=NOW
        )
    for _ in range(2):
        assert (names(scope, people, "müller"), names(scope, people, "weber")) == ([], ["bea"])
        segments.tick(scope, set(), now=NOW + timedelta(seconds=2))


def test_very_many_are_paged_in_the_order_that_is_asked_for(
    scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MANY", 3)
    with transaction.atomic():
        actions.apply_patches(scope, [ProfilePatch(email=f"{n}@example.com") for n in range(8)], now=NOW)
    segments.tick(scope, set(), now=NOW + timedelta(seconds=1))
    seen: list[str | None] = []
    after: tuple[str, ...] | None = None
    while True:
        where = Compare("search", "contains", "example")
        page = queries.list_profiles(scope, Listing(PageRequest(3, after), Sort("email", True), where))
        seen += [one.email for one in page.rows]
        if page.next is None:
            break
        after = tuple(page.next)
    assert seen == [f"{n}@example.com" for n in reversed(range(8))]


def test_without_clickhouse_people_are_found_all_the_same(
    scope: Scope, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "candidates", lambda *_: None)
    assert names(scope, people, "gold") == ["ann"]


def test_charlie_finds_nobody_of_anna(scope: Scope, charlie: object, people: dict[str, str]) -> None:
    assert names(charlie.scope, people, "ann") == []  # type: ignore[attr-defined]
