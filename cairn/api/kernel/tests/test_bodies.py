"""Bodies: what is wrong is pointed at."""

from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as some

from cairn.api.kernel.bodies import Data, DataList, convert, decode, given, linkage
from cairn.api.kernel.declare import Link
from cairn.api.kernel.errors import Refused


class PersonAttributes(msgspec.Struct):
    email: str
    age: int = 0


class Person(msgspec.Struct):
    type: Literal["profile"]
    attributes: PersonAttributes


class Import(msgspec.Struct):
    profiles: DataList[Person]
    owner: Data[Person] | None = None
    counts: dict[str, int] = {}


class Changes(msgspec.Struct):
    name: str | msgspec.UnsetType | None = msgspec.UNSET
    age: int | msgspec.UnsetType = msgspec.UNSET


def person(email: Any) -> dict[str, Any]:
    return {"type": "profile", "attributes": {"email": email}}


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({}, "/data/attributes/profiles"),
        ({"profiles": []}, "/data/attributes/profiles"),
        (
            {"profiles": {"data": [person("a"), person("b"), person(3)]}},
            "/data/attributes/profiles/data/2/attributes/email",
        ),
        ({"profiles": {"data": [person("a"), {"type": "profile"}]}}, "/data/attributes/profiles/data/1/attributes"),
        ({"profiles": {"data": [{"type": "list"}]}}, "/data/attributes/profiles/data/0/type"),
        ({"profiles": {"data": []}, "owner": {"data": person(None)}}, "/data/attributes/owner/data/attributes/email"),
        ({"profiles": {"data": []}, "counts": {"a": 1, "b/c": "x"}}, "/data/attributes/counts/b~1c"),
    ],
)
def test_a_wrong_value_is_found(value: Any, pointer: str) -> None:
    with pytest.raises(Refused) as refusal:
        convert(value, Import, "/data/attributes")
    assert refusal.value.problems[0].pointer == pointer


def test_absent_and_null_are_two_things() -> None:
    assert given(convert({"name": None}, Changes, "")) == {"name": None}
    assert given(convert({}, Changes, "")) == {}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"a":NaN}', b'"\xff"', b'{"a":"\\ud800"}', b'{"a":"b\\u0000"}', b"[" * 100_000]
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        decode(raw)
    assert refusal.value.status == 400


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert decode(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


@hypothesis_given(some.recursive(some.none() | some.booleans() | some.integers() | some.text(), some.lists))
def test_any_linkage_is_taken_or_refused(data: Any) -> None:
    try:
        linkage(data, Link("tag", many=True), "/data")
    except Refused as refusal:
        assert (refusal.problems[0].pointer or "").startswith("/data")


def test_repeated_ids_count_once() -> None:
    data = [{"type": "tag", "id": "a"}, {"type": "tag", "id": "b"}, {"type": "tag", "id": "a"}]
    assert linkage(data, Link("tag", many=True), "/data") == ("a", "b")
