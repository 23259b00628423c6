"""Last touch, case by case: times are hours before (negative) or after the order."""

from uuid import UUID

import pytest

from cairn.domains.analytics.contracts import Conversion, Interaction, Touch
from cairn.domains.analytics.credit import LATE_MILLISECONDS, credit

ORDER_AT = 1_772_366_400
HOUR = 3600
WINDOW = 120 * HOUR
ANN, BEN = 1, 2


def order(profile: int = ANN) -> Conversion:
    return Conversion(UUID(int=1), profile, 7, ORDER_AT, ORDER_AT * 1000, 10_000_000, "USD")


def touch(
    message: str, hours: float, kind: Touch = Touch.OPEN, *, profile: int = ANN, known_hours: float | None = None
) -> Interaction:
    ts = ORDER_AT + int(hours * HOUR)
    known = ts if known_hours is None else ORDER_AT + int(known_hours * HOUR)
    return Interaction(
        UUID(int=hash((message, hours)) & (2**64 - 1)), profile, 8, kind, ts, known * 1000, message, "", ""
    )


CASES = [
    ("nobody wrote", [], None),
    ("an open in time", [touch("spring", -1)], "spring"),
    ("a click in time", [touch("spring", -1, Touch.CLICK)], "spring"),
    ("the last one wins", [touch("spring", -3, Touch.CLICK), touch("summer", -2)], "summer"),
    ("order of arrival is nothing", [touch("summer", -2), touch("spring", -3)], "summer"),
    ("in one second the click wins", [touch("click", -1, Touch.CLICK), touch("open", -1)], "click"),
    ("the same second as the order", [touch("spring", 0)], "spring"),
    ("after the order", [touch("spring", 1 / 3600)], None),
    ("at the edge of the window", [touch("spring", -120)], "spring"),
    ("a second too early", [touch("spring", -120 - 1 / 3600)], None),
    ("somebody else's", [touch("spring", -1, profile=BEN)], None),
    ("known late", [touch("spring", -1, known_hours=100)], "spring"),
    ("known five days late", [touch("spring", -1, known_hours=120)], "spring"),
    ("known too late", [touch("spring", -1, known_hours=120 + 1 / 3600)], None),
    ("known too late, but another one was not", [touch("b", -1, known_hours=121), touch("a", -2)], "a"),
]


@pytest.mark.parametrize(("touches", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_order_is_credited_to(touches: list[Interaction], message: str | None) -> None:
    ((_, found),) = credit([order()], touches, window_seconds=WINDOW)
    assert (found.message if found else None) == message


def test_each_conversion_has_its_own_touch() -> None:
    touches = [touch("spring", -1), touch("autumn", -2, profile=BEN)]
    credited = credit([order(ANN), order(BEN)], touches, window_seconds=WINDOW)
    assert [found.message for _, found in credited if found] == ["spring", "autumn"]


def test_late_is_five_days() -> None:
    assert LATE_MILLISECONDS == 5 * 24 * HOUR * 1000
