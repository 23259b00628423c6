"""What a patch does to properties."""

from typing import Any

import pytest

from cairn.domains.profiles import patching
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.domains.profiles.patching import Record, absorb, apply

CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("keys that are not sent stay", {"a": 1}, {"properties": {"b": 2}}, {"a": 1, "b": 2}),
    ("a sent key replaces", {"a": 1}, {"properties": {"a": "x"}}, {"a": "x"}),
    ("a list replaces a list", {"a": [1, 2]}, {"properties": {"a": [3]}}, {"a": [3]}),
    ("null clears", {"a": 1}, {"properties": {"a": None}}, {"a": None}),
    ("a dictionary merges", {"a": {"x": 1, "y": 2}}, {"properties": {"a": {"y": 3}}}, {"a": {"x": 1, "y": 3}}),
    ("a dictionary replaces a text", {"a": "t"}, {"properties": {"a": {"y": 3}}}, {"a": {"y": 3}}),
    ("names have a case", {"a": 1}, {"properties": {"A": 2}}, {"a": 1, "A": 2}),
    ("append makes a list", {}, {"append": {"a": 1}}, {"a": [1]}),
    ("append turns a value into a list", {"a": 1}, {"append": {"a": 2}}, {"a": [1, 2]}),
    ("append adds no value twice", {"a": [1, 2]}, {"append": {"a": [2, 3, 3]}}, {"a": [1, 2, 3]}),
    ("append runs after properties", {"a": [9]}, {"properties": {"a": [1]}, "append": {"a": 2}}, {"a": [1, 2]}),
    ("unappend removes", {"a": [1, 2, 3]}, {"unappend": {"a": [1, 3]}}, {"a": [2]}),
    ("unappend of what is not there", {"a": [1]}, {"unappend": {"a": 2, "b": 1}}, {"a": [1]}),
    ("unset removes the key", {"a": 1, "b": 2}, {"unset": ["a", "c"]}, {"b": 2}),
    ("true is not 1", {"a": 1}, {"properties": {"a": True}}, {"a": True}),
    ("letters of all scripts", {}, {"properties": {"שם": "👩‍🚀 عبد"}}, {"שם": "👩‍🚀 عبد"}),
    ("NUL is left out", {}, {"properties": {"a\0": "x\0y"}}, {"a": "xy"}),
]


@pytest.mark.parametrize(("name", "before", "patch", "after"), CASES, ids=[case[0] for case in CASES])
def test_properties(name: str, before: dict[str, Any], patch: dict[str, Any], after: dict[str, Any]) -> None:
    record = Record(properties=dict(before))
    apply(record, ProfilePatch(**patch))
    assert record.properties == after
    assert [type(value) for value in record.properties.values()] == [type(value) for value in after.values()]
    assert record.changed == (before != after or name == "true is not 1")
    record.changed = False
    if "append" not in patch and "unset" not in patch:
        apply(record, ProfilePatch(**patch))
        assert not record.changed


def test_null_clears_standard_fields_and_places() -> None:
    record = Record(attributes={"first_name": "Ann", "title": "Dr"}, location={"city": "Rome", "zip": "1"})
    apply(record, ProfilePatch(attributes={"first_name": None}, location={"city": None, "planet": "Mars"}))
    assert (record.attributes, record.location) == ({"first_name": "", "title": "Dr"}, {"zip": "1"})


def test_a_merge_fills_gaps_and_takes_the_time_zone() -> None:
    target = Record({"first_name": "Ann"}, {"city": "Rome", "timezone": "UTC"}, {"a": 1, "n": None})
    source = Record({"first_name": "X", "last_name": "Lee"}, {"timezone": "Europe/Rome"}, {"a": 2, "b": 3, "n": 4})
    absorb(target, source)
    assert target.attributes["first_name"] == "Ann"
    assert target.attributes["last_name"] == "Lee"
    assert target.location == {"city": "Rome", "timezone": "Europe/Rome"}
    assert target.properties == {"a": 1, "b": 3, "n": 4}


def test_a_merge_keeps_the_more_complete_place() -> None:
    target = Record(location={"city": "Rome"})
    absorb(target, Record(location={"city": "Bari", "zip": "70121"}))
    assert target.location == {"city": "Bari", "zip": "70121"}


def test_a_column_of_values_is_each_value_as_text() -> None:
    for values in ([0], [0, None], [False, 0], [None, None], ["a", None, 5, "b\0"], [{"b": 1, "a": [None]}]):
        assert list(patching.texts(values)) == [patching.text(value) for value in values]
