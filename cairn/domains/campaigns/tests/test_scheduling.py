"""When a campaign goes out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cairn.domains.campaigns import scheduling
from cairn.kernel.errors import Invalid

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOCAL = {"method": "static", "datetime": "2026-11-22T13:00:00", "options": {"is_local": True}}


@pytest.mark.parametrize(
    ("strategy", "start"),
    [
        ({"method": "immediate"}, NOW),
        ({"method": "static", "datetime": "2026-11-22T13:00:00Z"}, NOW + timedelta(hours=1)),
        ({"method": "static", "datetime": "2026-11-22T13:00:00+01:00"}, NOW),
        ({"method": "static", "datetime": "2026-11-01T00:00:00"}, NOW),
        (
            {"method": "throttled", "datetime": "2026-11-22T13:00:00", "throttle_percentage": 10},
            NOW + timedelta(hours=1),
        ),
        ({**LOCAL, "datetime": "2026-11-23T13:00:00"}, datetime(2026, 11, 22, 23, tzinfo=UTC)),
    ],
)
def test_sending_begins(strategy: dict[str, Any], start: datetime) -> None:
    assert scheduling.start(strategy, now=NOW) == start


@pytest.mark.parametrize("method", ["smart_send_time", "ab_test_campaign", "never"])
def test_what_cannot_be_carried_out_is_refused(method: str) -> None:
    with pytest.raises(Invalid):
        scheduling.start({"method": method}, now=NOW)


def test_a_share_is_due_each_hour() -> None:
    dues = scheduling.throttled(3, 8, 10, at=NOW, total=100)
    assert dues == [NOW, NOW, NOW + timedelta(hours=1)]


@pytest.mark.parametrize(
    ("zone", "at_once", "due"),
    [
        ("America/New_York", False, datetime(2026, 11, 22, 18, tzinfo=UTC)),
        ("UTC", False, datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ("Asia/Tokyo", False, datetime(2026, 11, 23, 4, tzinfo=UTC)),
        ("Asia/Tokyo", True, NOW),
    ],
)
def test_everybody_has_their_own_clock(zone: str, at_once: bool, due: datetime) -> None:
    options = {"is_local": True, "send_past_recipients_immediately": at_once}
    assert scheduling.local({**LOCAL, "options": options}, [ZoneInfo(zone)], now=NOW) == [due]


def test_an_unknown_zone_is_the_shops() -> None:
    home = ZoneInfo("Europe/Lisbon")
    assert scheduling.zone_of("Mars/Base", home) is home
    assert scheduling.zone_of("../../etc/passwd", home) is home
    assert scheduling.zone_of(None, home) is home
