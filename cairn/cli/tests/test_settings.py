"""Settings: what a wrong one says, and the page that lists them."""

from pathlib import Path

import pytest

from cairn.cli import settings as page
from cairn.kernel.errors import Invalid
from cairn.wiring import Settings, hosts_and_ports, read_settings

PAGE = Path(__file__).parents[3] / "docs" / "operate" / "settings.md"


def test_nothing_given_means_the_defaults() -> None:
    assert read_settings({"CAIRN_HOST": "", "HOME": "/root"}) == Settings()


def test_values_are_read_as_what_they_mean() -> None:
    given = read_settings({"CAIRN_PORT": "9000", "CAIRN_RATE_LIMITS": "off", "CAIRN_DATA_DIR": "/srv/cairn"})
    assert (given.port, given.rate_limits, given.data_dir) == (9000, False, Path("/srv/cairn"))


@pytest.mark.parametrize(
    ("variable", "value", "refusal"),
    [
        ("CAIRN_PORT", "http", "CAIRN_PORT must be a whole number, not 'http'"),
        ("CAIRN_PORT", "70000", "CAIRN_PORT must be between 1 and 65535, not 70000."),
        ("CAIRN_RATE_LIMITS", "maybe", "CAIRN_RATE_LIMITS must be on or off, not 'maybe'"),
        ("CAIRN_DATABASE_URL", "mysql://db/cairn", "CAIRN_DATABASE_URL must begin with postgresql:// or postgres://."),
        (
            "CAIRN_OUTGOING_ALLOW",
            "pictures:8080, pictures",
            "CAIRN_OUTGOING_ALLOW must name hosts with ports, host:port, not 'pictures'.",
        ),
        ("CAIRN_CLICKHOUSE_URL", "db:8123", "CAIRN_CLICKHOUSE_URL must begin with http:// or https://."),
    ],
)
def test_a_wrong_value_is_refused_by_its_variables_name(variable: str, value: str, refusal: str) -> None:
    with pytest.raises(Invalid) as error:
        read_settings({variable: value})
    assert str(error.value) == refusal


def test_every_setting_says_what_it_does() -> None:
    assert [each.variable for each in page.all_settings() if not each.meaning] == []


def test_the_page_lists_the_settings_as_they_are() -> None:
    assert PAGE.read_text() == page.page(), "write it anew: cairn settings > docs/operate/settings.md"


def test_hosts_that_may_be_asked_are_read_as_pairs() -> None:
    assert hosts_and_ports("Pictures:8080, [fd00::1]:80") == {("pictures", 8080), ("fd00::1", 80)}
