"""How changes of releases are joined and applied."""

from typing import Any

import pytest

from cairn.api.kernel.changes import Body, Moved, Parameters, Place, Shown, joined
from cairn.api.kernel.revisions import LATEST, Revision
from cairn.api.revisions.table import CHANGES

BEFORE, BETWEEN, AFTER = Revision("2022-10-17"), Revision("2023-09-15"), Revision("2025-01-15")


def noted(mark: str) -> Any:
    return lambda given: {**given, "seen": [*given.get("seen", []), mark]}


ALL = joined(
    [
        Body("2025-01-15", ("write",), noted("2025")),
        Body("2023-07-15", ("write",), noted("2023")),
        Shown("2023-07-15", "thing", noted("2023")),
        Shown("2025-01-15", "thing", noted("2025")),
        Parameters("2025-01-15", ("read",), lambda query: {**query, "more": "1"}),
        Moved("2025-01-15", "GET", "/api/olds/{id}/x", "/api/news/{id}/x"),
        Moved("2025-01-15", "POST", "/api/olds/{id}/act", "/api/act", names=True),
    ]
)


@pytest.mark.parametrize(("revision", "seen"), [(BEFORE, ["2023", "2025"]), (BETWEEN, ["2025"]), (AFTER, None)])
def test_a_request_passes_every_release_after_the_callers(revision: Revision, seen: list[str] | None) -> None:
    assert ALL.body("write", revision, {}).get("seen") == seen
    assert ALL.body("other", revision, {}) == {}


@pytest.mark.parametrize(("revision", "seen"), [(BEFORE, ["2025", "2023"]), (BETWEEN, ["2025"]), (AFTER, None)])
def test_an_answer_goes_the_same_way_back(revision: Revision, seen: list[str] | None) -> None:
    thing = {"type": "thing", "id": "1", "attributes": {}}
    other = {"type": "other", "id": "2", "attributes": {}}
    named = {"type": "thing", "id": "1"}
    found = ALL.answer(revision, {"data": [thing, named], "included": [thing, other], "links": {"self": "/"}})
    assert [one.get("seen") for one in found["data"]] == [seen, None]
    assert [one.get("seen") for one in found["included"]] == [seen, None]
    assert found["links"] == {"self": "/"}
    assert ALL.answer(revision, {"data": thing})["data"].get("seen") == seen
    assert ALL.answer(revision, {"data": None}) == {"data": None}


def test_parameters_and_places() -> None:
    assert ALL.query("read", BETWEEN, {"a": "b"}) == {"a": "b", "more": "1"}
    assert ALL.query("read", AFTER, {"a": "b"}) == {"a": "b"}
    assert ALL.place(BETWEEN, "GET", "/api/olds/7/x/") == Place("/api/news/7/x", None)
    assert ALL.place(BETWEEN, "POST", "/api/olds/7/act") == Place("/api/act", "7")
    for method, path in (("POST", "/api/olds/7/x"), ("GET", "/api/olds/x"), ("GET", "/api/olds//x")):
        assert ALL.place(BETWEEN, method, path) == Place(path)
    assert ALL.place(AFTER, "GET", "/api/olds/7/x") == Place("/api/olds/7/x")


def test_bodies_that_are_not_parsed_yet() -> None:
    assert ALL.content("write", BETWEEN, b"{}") == b'{"seen":["2025"]}'
    assert ALL.content("write", AFTER, b"{ }") == b"{ }"
    assert ALL.content("other", BEFORE, b"{ }") == b"{ }"
    for content in (b"{", b"\xff", b"[1]", b"7", b"[" * 100_000):
        assert ALL.content("write", BEFORE, content) == content


def test_a_change_belongs_to_a_release() -> None:
    with pytest.raises(ValueError, match="no release"):
        joined([Body("2023-07-16", ("write",), noted("x"))])


def test_the_newest_release_is_served_without_a_look_at_all_this() -> None:
    assert not CHANGES.concerns(LATEST)
    assert CHANGES.concerns(BEFORE)
