"""Names of properties, and of those inside them."""

import pytest

from cairn.kernel.errors import Invalid
from cairn.kernel.property_paths import check_depth, event_path, profile_path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Brand", ("Brand",)),
        ("$value", ("$value",)),
        ("Items['SKU']", ("Items", "SKU")),
        ('Items["SKU"]["of maker"]', ("Items", "SKU", "of maker")),
        ("Items['it's']['a [b] c']", ("Items", "it's", "a [b] c")),
        ("['SKU']", ("['SKU']",)),
        ("Size [cm]", ("Size [cm]",)),
        ("Items['SKU'] of old", ("Items['SKU'] of old",)),
        ("Items['']", ("Items['']",)),
        ("a.b", ("a.b",)),
    ],
)
def test_names_of_events_properties(name: str, path: tuple[str, ...]) -> None:
    assert event_path(name) == path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("properties['color']", ("color",)),
        ('properties["color"]', ("color",)),
        ("properties['it's']", ("it's",)),
        ("properties['address']['city']", ("address", "city")),
        ("properties['address'][\"city\"]", ("address", "city")),
        ("properties['two\nlines']", ("two\nlines",)),
        ("properties['color\"]", ()),
        ("properties['']", ()),
        ("properties[color]", ()),
        ("properties", ()),
        ("properties['color'] ", ()),
        ("location['city']", ()),
        ("email", ()),
    ],
)
def test_names_of_profiles_properties(name: str, path: tuple[str, ...]) -> None:
    assert profile_path(name) == path


def test_a_path_has_an_end() -> None:
    check_depth(event_path("a['b']['c']['d']['e']"), "/at")
    with pytest.raises(Invalid, match="At most 5 names"):
        check_depth(event_path("a['b']['c']['d']['e']['f']"), "/at")
