"""Whatever a filter of metric aggregates says, it counts what it means, or is refused by name."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.api.resources import metric_aggregates
from cairn.kernel.errors import CairnError
from cairn.kernel.listing import Compare

RANGE = ["greater-or-equal(datetime,2026-03-01)", "less-than(datetime,2026-04-01)"]
UTC_ZONE = ZoneInfo("UTC")
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)
DIMENSIONS = st.sampled_from(
    ["URL", "Bot Click", "$message", "$attributed_flow", "Email Domain", "form_id", "properties['Shoe size']"]
)
MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"))


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@given(DIMENSIONS, TEXT)
def test_any_text_compares_as_itself(name: str, value: str) -> None:
    written = f"equals({name},{literal(value)})"
    *_, where = metric_aggregates.conditions([*RANGE, written], UTC_ZONE)
    assert [(one.field, one.operator, one.values) for one in where] == [(name, "equals", (value,))]


@given(DIMENSIONS, st.lists(TEXT, min_size=1, max_size=5))
def test_any_of_several(name: str, values: list[str]) -> None:
    written = f"any({name},[{','.join(map(literal, values))}])"
    *_, where = metric_aggregates.conditions([*RANGE, written], UTC_ZONE)
    assert [one.values for one in where] == [tuple(values)]


@given(st.lists(st.tuples(DIMENSIONS, TEXT), min_size=1, max_size=4), st.booleans())
def test_one_text_with_commas_or_many(pairs: list[tuple[str, str]], joined: bool) -> None:
    """`a,b` in one text means the same as two texts."""
    written = [f"equals({name},{literal(value)})" for name, value in pairs]
    texts = [",".join([*RANGE, *written])] if joined else [*RANGE, *written]
    *_, where = metric_aggregates.conditions(texts, UTC_ZONE)
    assert where == [Compare(name, "equals", value) for name, value in pairs]


@given(MOMENTS, st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]), st.integers(-14, 14))
def test_moments_are_read_on_the_zones_clock_unless_they_name_an_offset(at: datetime, zone: str, hours: int) -> None:
    local = ZoneInfo(zone)
    until = "less-than(datetime,2091-01-01)"
    since, *_ = metric_aggregates.conditions([f"greater-or-equal(datetime,{at.isoformat()})", until], local)
    assert since == at.replace(tzinfo=local).astimezone(UTC)
    offset = f"{'+' if hours >= 0 else '-'}{abs(hours):02}:00"
    written = f"greater-or-equal(datetime,{at.isoformat()}{offset})"
    since, *_ = metric_aggregates.conditions([written, until], local)
    assert since == at.replace(tzinfo=UTC) - timedelta(hours=hours)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.one_of(TEXT, st.sampled_from([*RANGE, "or(a,b)", "not(equals(URL,'x'))", "has(URL)"])), max_size=4))
def test_nothing_else_than_a_refusal(texts: list[str]) -> None:
    """No text, however odd, is anything but a range with conditions or a refusal that says why."""
    try:
        since, until, where = metric_aggregates.conditions(texts, UTC_ZONE)
    except CairnError as refusal:
        assert refusal.detail
        return
    assert (since, until) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert all(one.operator in ("equals", "any") for one in where)


@pytest.mark.parametrize(("value", "text"), [("true", "true"), ("2", "2"), ("2.0", "2"), ("2.5", "2.5")])
def test_values_are_compared_as_dimensions_show_them(value: str, text: str) -> None:
    *_, where = metric_aggregates.conditions([*RANGE, f"equals(Bot Click,{value})"], UTC_ZONE)
    assert where == [Compare("Bot Click", "equals", text)]


@pytest.mark.parametrize("texts", [[], RANGE[:1], RANGE[1:], ["equals(datetime,2026-03-01)"]])
def test_without_a_whole_range(texts: list[str]) -> None:
    with pytest.raises(CairnError):
        metric_aggregates.conditions(texts, UTC_ZONE)
