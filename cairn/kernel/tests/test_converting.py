"""What is wrong with an object is said in words and pointed at, also inside lists of several kinds."""

from typing import Any

import msgspec
import pytest

from cairn.kernel.converting import converted
from cairn.kernel.errors import Invalid


class Wait(msgspec.Struct, tag_field="type", tag="wait"):
    hours: int


class Mail(msgspec.Struct, tag_field="type", tag="mail"):
    subjects: list[str]


class Plan(msgspec.Struct):
    steps: list[Wait | Mail]


@pytest.mark.parametrize(
    ("steps", "pointer", "words"),
    [
        ([{"type": "wait", "hours": 1}, {"type": "wait", "hours": "2"}], "/steps/1/hours", "must be a whole number"),
        ([{"type": "wait", "hours": 1}, {"type": "wait"}], "/steps/1/hours", "'hours' is a required field."),
        ([{"type": "mail", "subjects": ["a", "b", 3]}], "/steps/0/subjects/2", "must be a string"),
        ([{"type": "wait", "hours": 1}, {"type": "sing"}], "/steps/1/type", "'sing'"),
    ],
)
def test_a_mistake_is_pointed_at(steps: list[Any], pointer: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        converted({"steps": steps}, Plan, "/data")
    assert refused.value.pointer == f"/data{pointer}"
    assert words in refused.value.detail
