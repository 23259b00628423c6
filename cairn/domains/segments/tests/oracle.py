"""What a definition means, in slow and plain Python over a test shop. It shares nothing with the compiler."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cairn.domains.segments.tests.shop import Happening, Person

WINDOWS = {"HOURS_1": timedelta(hours=1), "DAYS_1": timedelta(days=1), "DAYS_30": timedelta(days=30)}
DATES = {"effective_date": "consent_at", "recorded_date": "recorded_at"}
CODES = {
    ("US", "02108"): (42.3576, -71.0684),
    ("US", "10001"): (40.7484, -73.9967),
    ("DE", "10115"): (52.5323, 13.3846),
}
UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: a == b,
    "not-equals": lambda a, b: a != b,
    "greater-than": lambda a, b: a > b,
    "greater-than-or-equal": lambda a, b: a >= b,
    "less-than": lambda a, b: a < b,
    "less-than-or-equal": lambda a, b: a <= b,
}


class Oracle:
    """Answers for a shop at one moment. `metrics` maps ids to numbers, `segments` to definitions; `joined` says who was
    in a segment before this moment, and since when."""

    def __init__(
        self,
        people: Sequence[Person],
        events: Sequence[Happening],
        metrics: dict[str, int],
        now: datetime,
        segments: Mapping[str, Any] | None = None,
        joined: Mapping[str, Mapping[int, datetime]] | None = None,
        zone: str = "UTC",
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.segments = segments or {}
        self.joined = joined or {}
        self.people = people
        self.events = events
        self.metrics = metrics
        self.now = now.replace(microsecond=0)
        self.today = self.shown(self.now).date()

    def members(self, definition: dict[str, Any]) -> set[int]:
        return {person.number for person in self.people if not person.deleted and self.satisfies(person, definition)}

    def satisfies(self, person: Person, definition: dict[str, Any]) -> bool:
        return all(
            any(self.holds(condition, person) for condition in group["conditions"])
            for group in definition["condition_groups"]
        )

    def holds(self, condition: dict[str, Any], person: Person) -> bool:
        name = condition["type"].removeprefix("profile-").replace("-", "_")
        return bool(getattr(self, name)(condition, person))

    def property(self, condition: dict[str, Any], person: Person) -> bool:
        name = condition["property"]
        if name.startswith("properties['"):
            value = inside(person.properties, name[12:-2].split("']['"))
        elif name == "last_event_date":
            happened = [event.at for event in self.events if event.profile == person.number and event.at <= self.now]
            value = max(happened).isoformat() if happened else None
        elif name in ("created", "updated"):
            value = person.created.isoformat()
        else:
            value = getattr(person, name.removeprefix("location['").removesuffix("']"))
            value = None if value == "" else value
        return self.passes(value, condition["filter"])

    def group_membership(self, condition: dict[str, Any], person: Person) -> bool:
        joined = [person.lists[one] for one in condition["group_ids"] if one in person.lists]
        for one in condition["group_ids"]:
            if one in self.segments and self.satisfies(person, self.segments[one]):
                joined.append(self.joined.get(one, {}).get(person.number, self.now))
        if not condition["is_member"]:
            return not joined
        frame = condition.get("timeframe_filter")
        return any(frame is None or self.within(at, frame) for at in joined)

    def metric(self, condition: dict[str, Any], person: Person) -> bool:
        number = self.metrics.get(condition["metric_id"])
        if number is None:
            return False
        picked = [
            event
            for event in self.events
            if event.profile == person.number
            and event.metric == number
            and self.within(event.at, condition["timeframe_filter"])
            and all(
                self.passes(inside(event.properties, names_in(item["property"])), item["filter"])
                for item in condition.get("metric_filters") or ()
            )
        ]
        measured = len(picked) if condition["measurement"] == "count" else sum(event.value for event in picked)
        compare = condition["measurement_filter"]
        return COMPARE[compare["operator"]](float(measured), float(compare["value"]))

    def metric_funnel(self, condition: dict[str, Any], person: Person) -> bool:
        """Every way through the steps is tried."""
        steps = condition["steps"]
        if any(step["metric_id"] not in self.metrics for step in steps):
            return False
        rows = []
        for event in self.events:
            if event.profile == person.number and self.within(event.at, condition["timeframe_filter"]):
                taken = frozenset(index for index, step in enumerate(steps) if self.is_step(event, step))
                rows.append((event.at.replace(microsecond=0), sum(2**index for index in taken), taken))
        happened = [(at, taken) for at, _, taken in sorted(rows, key=lambda row: row[:2]) if taken]
        window = WINDOWS.get(condition.get("completion_window_seconds", ""), timedelta(days=100_000))
        return completes(happened, steps, window, 0, -1, None)

    def is_step(self, event: Happening, step: dict[str, Any]) -> bool:
        return event.metric == self.metrics[step["metric_id"]] and all(
            self.passes(inside(event.properties, names_in(item["property"])), item["filter"])
            for item in step.get("metric_filters") or ()
        )

    def permissions(self, condition: dict[str, Any], person: Person) -> bool:
        channel, status = condition["channel"], condition["permission"]["reachable_status"]
        given = getattr(person, f"{channel}_consent")
        said, refused = given == "SUBSCRIBED" and bool(person.phone_number), given == "UNSUBSCRIBED"
        implied = channel == "whatsapp_transactional" and given in ("", "NEVER_SUBSCRIBED") and person.phone_number
        dates = all(
            (at := getattr(person, f"{channel}_{DATES[item['field']]}")) is not None and self.within(at, item["filter"])
            for item in condition["permission"].get("filters") or ()
        )
        return {
            "explicitly_reachable": said and dates,
            "explicitly_unreachable": refused and dates,
            "implicitly_reachable": bool(implied),
            "implicitly_unreachable": not (said or refused or implied),
            "implicitly_or_explicitly_reachable": bool(said or implied),
            "implicitly_or_explicitly_unreachable": not (said or implied),
        }[status]

    def predictive_analytics(self, condition: dict[str, Any], person: Person) -> bool:
        value = getattr(person, condition["dimension"])
        if isinstance(value, datetime):
            value = value.isoformat()
        return self.passes(None if value == "" else value, condition["filter"])

    def region(self, condition: dict[str, Any], person: Person) -> bool:
        inside = {"united_states": ("us", "usa", "united states"), "european_union": ("de", "germany")}
        return bool((person.country.lower() in inside[condition["region"]]) == condition["in_region"])

    def postal_code_distance(self, condition: dict[str, Any], person: Person) -> bool:
        country = {"usa": "US", "united states": "US", "germany": "DE"}.get(person.country.lower(), person.country)
        place = CODES.get((country.upper(), person.zip[:5]))
        if person.latitude is not None and person.longitude is not None:
            place = (person.latitude, person.longitude)
        centre = CODES.get((condition["country_code"], condition["postal_code"]))
        if place is None or centre is None:
            return False
        far = kilometres(place, centre) / (1 if condition["unit"] == "kilometers" else 1.609344)
        return COMPARE[condition["filter"]["operator"]](far, condition["filter"]["value"])

    def marketing_consent(self, condition: dict[str, Any], person: Person) -> bool:
        consent = condition["consent"]
        channel, status = consent["channel"], consent["consent_status"]
        given = getattr(person, f"{channel}_consent")
        if channel == "email":
            can = bool(person.email) and not person.suppressions and given != "UNSUBSCRIBED"
        else:
            can = given == "SUBSCRIBED" and (channel == "push" or bool(person.phone_number))
        wanted = {
            "any": True,
            "subscribed": given == "SUBSCRIBED",
            "unsubscribed": given == "UNSUBSCRIBED",
            "never_subscribed": given not in ("SUBSCRIBED", "UNSUBSCRIBED"),
        }[status["subscription"]]
        asked = all(self.asked(channel, item, person) for item in status.get("filters") or ())
        return can == consent["can_receive_marketing"] and wanted and asked

    def asked(self, channel: str, item: dict[str, Any], person: Person) -> bool:
        what: Any = item.get("filter")
        if item["field"] == "status_date":
            at = getattr(person, f"{channel}_consent_at")
            return at is not None and self.within(at, what)
        if item["field"] == "is_double_opt_in":
            return bool(person.email_double_optin == what["value"])
        if item["field"] == "method":
            return bool(getattr(person, f"{channel}_method").lower() == item["method"])
        reason = {"bounce_date": "HARD_BOUNCE", "manual_suppression_date": "USER_SUPPRESSED"}[item["field"]]
        return any(
            one == reason and (what["type"] == "existence" or self.within(at, what)) for one, at in person.suppressions
        )

    def passes(self, value: Any, what: Any) -> bool:
        kind: Any = what["type"]
        operator: Any = what.get("operator")
        wanted: Any = what.get("value")
        if kind == "existence":
            return bool((value is not None) == (operator == "is-set"))
        if kind in ("string", "list") and wanted is None:
            return bool((value is not None) == operator.startswith("not-"))
        if value is None:
            return False
        if kind == "numeric":
            return is_number(value) and COMPARE[operator](float(value), float(wanted))
        if kind == "boolean":
            return isinstance(value, bool) and value == wanted
        if kind == "string":
            return isinstance(value, str) and passes_text(value, operator, wanted)
        if kind == "list":
            return passes_list(value, operator, wanted)
        moment = moment_of(value)
        return moment is not None and self.within(moment if moment.tzinfo else self.first_shown(moment), what)

    def within(self, at: datetime, what: Any) -> bool:
        return bool(self.lies_within(at, what))

    def lies_within(self, at: datetime, what: Any) -> Any:
        operator, midnight = what["operator"], self.midnight
        at = at.replace(microsecond=0)
        if operator == "alltime":
            return True
        if operator == "before":
            return at < midnight(day_in(what["date"]))
        if operator == "after":
            return at >= midnight(day_in(what["date"]), 1)
        if operator == "between-static":
            return midnight(day_in(what["start"])) <= at < midnight(day_in(what["end"]), 1)
        if operator.startswith(("anniversary", "calendar")):
            return self.yearly(at.astimezone(self.zone).date(), what)
        unit = UNITS[what["unit"]]
        rolls = what["unit"] == "hour"
        if operator == "between":
            if rolls:
                return self.now - what["end"] * unit <= at <= self.now - what["start"] * unit
            first, last = -(what["end"] * unit).days, -(what["start"] * unit).days
            return midnight(self.today, first) <= at < midnight(self.today, last + 1)
        length = what["quantity"] * unit
        if operator == "in-the-last":
            return (self.now - length if rolls else midnight(self.today, -length.days)) <= at <= self.now
        if operator == "at-least":
            return at <= self.now - length if rolls else at < midnight(self.today, -length.days)
        return self.now < at and (at <= self.now + length if rolls else at < midnight(self.today, length.days + 1))

    def shown(self, at: datetime) -> datetime:
        """The latest that the clocks on the wall have shown until then: they are not turned back by summer's end."""
        hours = [at, *(at - timedelta(minutes=30 * n) for n in range(1, 7))]
        offsets = [one.astimezone(self.zone).utcoffset() for one in hours]
        walls = [at.astimezone(self.zone).replace(tzinfo=None)]
        if len(set(offsets)) > 1:
            # Second by second through the hours in which the offset changes.
            for n in range(3 * 3600):
                walls.append((at - timedelta(seconds=n)).astimezone(self.zone).replace(tzinfo=None))
        return max(walls)

    def first_shown(self, wall: datetime) -> datetime:
        """When the clocks on the wall first show this, or what comes after it."""
        before = [wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        early, late = min(before), max(before)
        if early == late or early.astimezone(self.zone).replace(tzinfo=None) == wall:
            return early
        # The clocks leap over it: the second in which they do.
        while early.astimezone(self.zone).replace(tzinfo=None) < wall:
            early += timedelta(seconds=1)
        return early

    def midnight(self, day: date, later: int = 0) -> datetime:
        """The beginning of a day so many days later."""
        try:
            return self.first_shown(datetime.combine(day + timedelta(days=later), datetime.min.time()))
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC) if later > 0 else datetime.min.replace(tzinfo=UTC)

    def yearly(self, at: date, what: Any) -> bool:
        operator, today = what["operator"], self.today
        if operator == "calendar-month":
            return bool(at.month == what["value"])
        if operator == "anniversary-month":
            return at.month == today.month
        if operator == "anniversary":
            return (at.month, at.day) == (today.month, today.day)
        length = what["quantity"] * UNITS[what["unit"]]
        last = operator == "anniversary-last"
        if what["unit"] == "hour":
            start, end = (self.now - length, self.now) if last else (self.now, self.now + length)
            days = [
                one
                for one in (today + timedelta(days=n) for n in range(-length.days - 2, length.days + 3))
                if (start <= self.midnight(one) if last else start < self.midnight(one)) and self.midnight(one) <= end
            ]
            return any((at.month, at.day) == (one.month, one.day) for one in days)
        span = range(-length.days, 1) if last else range(1, length.days + 1)
        return any((at.month, at.day) == (one.month, one.day) for one in (today + timedelta(days=n) for n in span))


def names_in(name: str) -> list[str]:
    """Those in `lines['parts']['size']`."""
    return name.removesuffix("']").replace("']['", "['").split("['")


def inside(value: Any, names: Sequence[str]) -> Any:
    """What the names lead to; of a list, everything that they lead to in its objects."""
    if not names:
        return value
    if isinstance(value, dict):
        return inside(value.get(names[0]), names[1:])
    if not isinstance(value, list):
        return None
    found = [inside(one, names) for one in value if isinstance(one, dict)]
    there = [one for one in found if one is not None]
    return [each for one in there for each in (one if isinstance(one, list) else [one])] if there else None


def completes(
    happened: Sequence[tuple[datetime, frozenset[int]]],
    steps: Sequence[dict[str, Any]],
    window: timedelta,
    step: int,
    last: int,
    first: datetime | None,
) -> bool:
    """Whether the steps from `step` on can follow the event at the place `last`."""
    forbidden = []
    while step < len(steps) and not steps[step]["metric_exists"]:
        forbidden.append(step)
        step += 1
    if step == len(steps):
        end = happened[last][0]
        return not any(
            any(one in taken for one in forbidden) and at - end <= window for at, taken in happened[last + 1 :]
        )
    for place in range(last + 1, len(happened)):
        at, taken = happened[place]
        if step in taken and (first is None or at - first <= window):
            between = happened[last + 1 : place]
            if not any(one in some for _, some in between for one in forbidden) and completes(
                happened, steps, window, step + 1, place, first or at
            ):
                return True
    return False


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    a, b, c, d = (math.radians(number) for number in (*one, *other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


def day_in(text: str) -> date:
    """A day is named by its date as it is written."""
    return date.fromisoformat(text[:10])


def moment_of(value: Any) -> datetime | None:
    """With its offset, or without one."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def passes_text(value: str, operator: str, wanted: Any) -> bool:
    if operator == "nregex":
        return not re.search(wanted, value)
    positive = operator.removeprefix("not-")
    tests: dict[str, Callable[[], bool]] = {
        "equals": lambda: value == wanted,
        "contains": lambda: wanted in value,
        "starts-with": lambda: value.startswith(wanted),
        "ends-with": lambda: value.endswith(wanted),
        "regex": lambda: bool(re.search(wanted, value)),
        "in": lambda: value in wanted,
    }
    found = tests[positive]()
    return found if positive == operator else not found


def passes_list(value: Any, operator: str, wanted: Any) -> bool:
    elements = [text_of(one) for one in (value if isinstance(value, list) else [value])]
    if operator.startswith("length-"):
        names = {"length-equals": "equals"}
        compare = names.get(operator, operator.removeprefix("length-"))
        return isinstance(value, list) and COMPARE[compare](len(elements), wanted)
    positive = operator.removeprefix("not-")
    tests: dict[str, Callable[[], bool]] = {
        "contains": lambda: text_of(wanted) in elements,
        "contains-any": lambda: any(one in elements for one in wanted),
        "contains-all": lambda: all(one in elements for one in wanted),
        "contains-substring": lambda: any(wanted in one for one in elements),
    }
    found = tests[positive]()
    return found if positive == operator else not found


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
