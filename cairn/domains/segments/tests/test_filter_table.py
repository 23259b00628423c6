"""The documentation's table of what each filter says of each kind of value is what ClickHouse answers."""

import json
from pathlib import Path
from typing import Any

import msgspec

from cairn.domains.segments import evaluation
from cairn.domains.segments.definition import Definition
from cairn.domains.segments.tests.shop import Person, utc, write_people
from cairn.domains.segments.windows import seconds_of
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.scope import Scope

DOCUMENT = Path(__file__).parents[4] / "docs" / "develop" / "segment-filters.md"
NOW = utc("2026-06-15T12:00:00")
VALUES: tuple[Any, ...] = ("red", "Red", "réd", "redder", "", "40", 40, 41, True, ["red", "40"], [], "2026-06-15", None)
TEXT = ("equals", "contains", "starts-with", "ends-with")
LIST = ("contains", "contains-starts-with", "contains-ends-with", "contains-substring")


def filters() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for operator in (one for plain in TEXT for one in (plain, f"not-{plain}")):
        found.append({"type": "string", "operator": operator, "value": "red"})
    found += [{"type": "string", "operator": one, "value": "^r"} for one in ("regex", "nregex")]
    found += [{"type": "string", "operator": one, "value": ["red", "40"]} for one in ("in", "not-in")]
    found += [{"type": "string", "operator": one, "value": None} for one in ("equals", "not-equals")]
    for operator in ("equals", "not-equals", "greater-than", "less-than-or-equal"):
        found.append({"type": "numeric", "operator": operator, "value": 40})
    found.append({"type": "numeric", "operator": "between", "start": 40, "end": 50})
    found.append({"type": "boolean", "operator": "equals", "value": True})
    for operator in (one for plain in LIST for one in (plain, f"not-{plain}")):
        found.append({"type": "list", "operator": operator, "value": "red"})
    for operator in ("contains-any", "contains-all", "not-contains-any", "not-contains-all"):
        found.append({"type": "list", "operator": operator, "value": ["red", "blue"]})
    found += [{"type": "list", "operator": one, "value": None} for one in ("contains", "not-contains")]
    found += [{"type": "list", "operator": one, "value": 1} for one in ("length-equals", "length-less-than")]
    found += [{"type": "existence", "operator": one} for one in ("is-set", "not-set")]
    found.append({"type": "date", "operator": "after", "date": "2026-01-01"})
    found += [{"type": "date", "operator": "at-least", "quantity": 1, "unit": "day"}]
    found += [{"type": "date", "operator": one} for one in ("anniversary", "anniversary-month")]
    return found


def definition(what: dict[str, Any]) -> Definition:
    condition = {"type": "profile-property", "property": "properties['it']", "filter": what}
    return msgspec.convert({"condition_groups": [{"conditions": [condition]}]}, Definition)


def label(what: dict[str, Any]) -> str:
    fields = ("value", "start", "end", "date", "quantity", "unit")
    asked = [json.dumps(what[name], ensure_ascii=False) for name in fields if name in what]
    return f"{what['type']} `{' '.join([what['operator'], *asked])}`"


def table(scope: Scope) -> str:
    """Lines of Markdown: a filter each, a column for each value, the last for no value at all."""
    people = [Person(number, properties={"it": value}) for number, value in enumerate(VALUES, 1)]
    write_people(scope, [*people, Person(len(VALUES) + 1)])
    asked = filters()
    held = evaluation.holding(
        scope, [definition(what) for what in asked], {}, range(1, len(VALUES) + 2), seconds_of(NOW)
    )
    names = [f"`{json.dumps(value, ensure_ascii=False)}`" for value in VALUES]
    lines = [
        f"| Filter | {' | '.join([*names, 'missing'])} |",
        f"|---|{':-:|' * (len(VALUES) + 1)}",
        *(
            f"| {label(what)} | {' | '.join('✓' if place in held[number] else ' ' for number in sorted(held))} |"
            for place, what in enumerate(asked)
        ),
    ]
    return "\n".join(lines) + "\n"


def test_the_documented_table_is_what_filters_say(scope: Scope, clickhouse: ClickHouse) -> None:
    expected = table(scope)
    documented = DOCUMENT.read_text(encoding="utf-8")
    assert expected in documented, f"docs/develop/segment-filters.md should hold this table:\n{expected}"
