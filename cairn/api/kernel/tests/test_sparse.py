"""Sparse fieldsets."""

import msgspec
import pytest

from cairn.api.kernel.sparse import pick, tree

VALUE = {"a": {"b": {"c": 1, "d": 2}, "e": 3}, "f": [{"g": 4, "h": 5}]}


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        (["a.b.c"], {"a": {"b": {"c": 1}}}),
        (["a.b", "a.b.c"], {"a": {"b": {"c": 1, "d": 2}}}),
        (["a.b.c", "a"], {"a": {"b": {"c": 1, "d": 2}, "e": 3}}),
        (["f.g"], {"f": [{"g": 4}]}),
        (["a.missing"], {"a": {}}),
        (["a.e.deeper"], {"a": {"e": 3}}),
    ],
)
def test_dotted_paths(paths: list[str], shown: object) -> None:
    assert pick(VALUE, tree(paths)) == shown


def test_stored_json_is_opened_only_when_needed() -> None:
    raw = msgspec.Raw(b'{"a":1,"b":2}')
    assert pick(raw, {}) is raw
    assert pick(raw, tree(["b"])) == {"b": 2}
