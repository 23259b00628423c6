"""Ids of properties hold what they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.domains.properties.names import metric_and_name, name_of, property_id
from cairn.kernel.errors import NotFound

NAMES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=255)


@given(NAMES)
def test_any_name_comes_back(name: str) -> None:
    assert name_of(property_id("", name)) == name
    assert metric_and_name(property_id("AbC123", name)) == ("AbC123", name)


@given(NAMES)
def test_an_id_fits_into_an_address(name: str) -> None:
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in property_id("AbC123", name))


@pytest.mark.parametrize("wrong", ["", "abc", "-abc", "abcdef-a", "abcdef-!!!!"])
def test_what_was_never_an_id(wrong: str) -> None:
    with pytest.raises(NotFound):
        metric_and_name(wrong)
