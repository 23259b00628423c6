"""Random definitions, people and events over few values, so that conditions often hold and often do not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cairn.domains.segments.tests.shop import Happening, Person

# Next to a leap day, a month's end and a year's end many days back.
START = datetime(2024, 2, 28, 21, 30, tzinfo=UTC)
ZONES = {
    "UTC": ["2024-02-28T23:45:00", "2024-02-29T23:59:58"],
    "America/New_York": ["2024-03-10T06:59:30", "2023-11-05T05:30:00"],
    "Europe/Berlin": ["2024-03-31T00:59:30", "2023-10-29T00:15:00"],
    "America/Santiago": ["2023-09-03T03:59:58", "2024-04-07T02:40:00", "2024-04-07T03:59:59"],
    "Africa/Cairo": ["2023-04-27T21:59:59", "2023-10-26T20:20:00"],
    "Australia/Lord_Howe": ["2024-04-06T14:40:00"],
    "Asia/Kathmandu": ["2024-02-28T18:14:59"],
}
"""With moments at which a day is about to end, or their clocks to change. In Santiago and Cairo that is one."""
METRICS = {"Orderd": 1, "Viewed": 2, "Refund": 3}
LISTS = ("Listaa", "Listbb")
SEGMENTS = ("Segment0", "Segment1")
"""Stand for the first segments of a test; before there are any, nobody is in them."""
TEXTS = ("red", "Red", "redder", "", "x'); DROP TABLE events; --", "été 🌞")
NAMES = ("color", "size", "tags", "born", "it's", "vip")

zones = st.sampled_from(["UTC", *ZONES])


def turning_points(zone: str) -> list[datetime]:
    return [START, *(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in ZONES[zone])]


turns = st.sampled_from([at for zone in ZONES for at in turning_points(zone)])
seconds = st.one_of(
    st.integers(-3 * 86_400, 3 * 86_400),
    st.integers(-80, 80).map(lambda hours: hours * 1800),
    st.integers(-400, 60).map(lambda days: days * 86_400 - 21 * 3600 - 1800),
    st.integers(-400, 60).map(lambda days: days * 86_400),
    st.tuples(turns, st.integers(-5, 5)).map(lambda pair: round((pair[0] - START).total_seconds()) + pair[1] * 1800),
)
moments = seconds.map(lambda n: START + timedelta(seconds=n))
texts = st.sampled_from(TEXTS)
numbers = st.sampled_from([0, 1, 2, 2.5, -1, 10])
lists_of_things = st.lists(st.one_of(texts, st.sampled_from([1, 2.5, True, None])), max_size=3)
dates = st.one_of(
    moments.map(lambda at: at.isoformat()),
    moments.map(lambda at: at.date().isoformat()),
    moments.map(lambda at: at.replace(tzinfo=None).isoformat(" ")),
    st.sampled_from(["1969-02-28T23:59:59+02:00", "1984-02-29", "2024-02-30", "2024-13-01", "soon"]),
)
values: st.SearchStrategy[Any] = st.one_of(texts, numbers, st.booleans(), st.none(), lists_of_things, dates)
objects = st.dictionaries(st.sampled_from(["size", "it's"]), values, max_size=2)
nested: st.SearchStrategy[Any] = st.one_of(
    values, objects, st.lists(st.one_of(objects, values), max_size=3), objects.map(lambda one: {"size": one})
)
properties = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
    st.dictionaries(st.sampled_from(NAMES[:2]), nested, max_size=2),
)
PATHS = ("['size']", "['it's']", "['size']['size']")
"""What may follow a name, for what is inside it."""
names = st.one_of(
    st.sampled_from(NAMES), st.tuples(st.sampled_from(NAMES[:2]), st.sampled_from(PATHS)).map(lambda one: "".join(one))
)
own_names = st.one_of(
    st.sampled_from([f"properties['{name}']" for name in NAMES]),
    st.sampled_from([f"properties['{name}']{path}" for name in NAMES[:2] for path in PATHS]),
)

unit = st.sampled_from(["hour", "day", "week"])
quantity = st.sampled_from([0, 1, 2, 3, 7, 24, 30, 366])


def dated(operator: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just("date"), "operator": st.just(operator), **fields})


day = moments.map(lambda at: at.isoformat())
static = st.one_of(dated("before", date=day), dated("after", date=day), dated("between-static", start=day, end=day))
between = st.builds(
    lambda a, b, u: {"type": "date", "operator": "between", "start": min(a, b), "end": max(a, b), "unit": u},
    quantity,
    quantity,
    unit,
)
relative = st.one_of(
    dated("in-the-last", quantity=quantity, unit=unit),
    dated("at-least", quantity=quantity, unit=unit),
    dated("in-the-next", quantity=quantity, unit=unit),
    between,
)
anniversaries = st.one_of(
    dated("anniversary-last", quantity=quantity, unit=unit), dated("anniversary-next", quantity=quantity, unit=unit)
)
monthly = st.one_of(dated("anniversary"), dated("anniversary-month"), dated("calendar-month", value=st.integers(1, 12)))
any_date = st.one_of(static, relative, relative, anniversaries, monthly)


def filters(kind: str, operators: list[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), "operator": st.sampled_from(operators), "value": value})


NOT = ("equals", "contains", "starts-with", "ends-with")
COMPARISONS = ["equals", "not-equals", "greater-than", "greater-than-or-equal", "less-than", "less-than-or-equal"]
strings = st.one_of(
    filters("string", [*NOT, *(f"not-{one}" for one in NOT)], texts),
    filters("string", ["in", "not-in"], st.lists(texts, min_size=1, max_size=3)),
    filters("string", ["regex", "nregex"], st.sampled_from(["^r", "d+", "[A-Z]", "^$"])),
    filters("string", ["equals", "not-equals"], st.none()),
)
numeric = filters("numeric", COMPARISONS, numbers)
boolean = filters("boolean", ["equals"], st.booleans())
existence = st.fixed_dictionaries({"type": st.just("existence"), "operator": st.sampled_from(["is-set", "not-set"])})
lengths = filters("list", ["length-equals", "length-greater-than", "length-less-than-or-equal"], st.integers(0, 3))
contains = filters("list", ["contains", "not-contains"], st.one_of(texts, st.integers(1, 2), st.none()))
sets = filters(
    "list",
    ["contains-any", "contains-all", "not-contains-any", "not-contains-all"],
    st.lists(texts, min_size=1, max_size=2),
)
substrings = filters("list", ["contains-substring", "not-contains-substring"], texts)

property_conditions = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("profile-property"),
            "property": own_names,
            "filter": st.one_of(strings, numeric, boolean, existence, lengths, contains, any_date, any_date),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("profile-property"),
            "property": st.sampled_from(["location['city']", "first_name"]),
            "filter": st.one_of(strings, existence, contains),
        }
    ),
    st.fixed_dictionaries({"type": st.just("profile-property"), "property": st.just("created"), "filter": any_date}),
)
metric_filters = st.lists(
    st.fixed_dictionaries(
        {
            "property": names,
            "filter": st.one_of(strings, numeric, boolean, existence, lengths, sets, substrings),
        }
    ),
    max_size=2,
)
metric_conditions = st.fixed_dictionaries(
    {
        "type": st.just("profile-metric"),
        "metric_id": st.sampled_from([*METRICS, *METRICS, "Absent"]),
        "measurement": st.sampled_from(["count", "count", "sum"]),
        "measurement_filter": filters("numeric", COMPARISONS, st.sampled_from([0, 0.5, 1, 2, 19.99])),
        "timeframe_filter": st.one_of(static, relative, relative, anniversaries, dated("alltime")),
    },
    optional={"metric_filters": metric_filters},
)
membership_conditions = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("profile-group-membership"),
            "is_member": st.just(True),
            "group_ids": st.lists(st.sampled_from(LISTS + SEGMENTS), min_size=1, max_size=2),
        },
        optional={"timeframe_filter": st.one_of(static, relative)},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("profile-group-membership"),
            "is_member": st.just(False),
            "group_ids": st.lists(st.sampled_from(LISTS + SEGMENTS), min_size=1, max_size=2),
        }
    ),
)


def consent(
    channel: str, can: bool, subscription: str, items: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda chosen: {
            "type": "profile-marketing-consent",
            "consent": {
                "channel": channel,
                "can_receive_marketing": can,
                "consent_status": {"subscription": subscription, **({"filters": chosen} if chosen else {})},
            },
        },
        items,
    )


def item(field: str, what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"field": st.just(field), "filter": what})


nothing: st.SearchStrategy[Any] = st.just([])
is_set = st.just({"type": "existence", "operator": "is-set"})
suppressions = st.lists(
    st.one_of(item("bounce_date", st.one_of(is_set, any_date)), item("manual_suppression_date", any_date)), max_size=1
)
status_date = st.lists(item("status_date", any_date), max_size=1)
consent_conditions = st.one_of(
    consent("email", True, "any", nothing),
    consent("email", True, "never_subscribed", nothing),
    consent("email", True, "subscribed", status_date),
    consent("email", False, "any", suppressions),
    consent("email", False, "unsubscribed", status_date),
    consent("email", False, "subscribed", suppressions),
    consent("sms", True, "subscribed", status_date),
    consent("sms", False, "any", nothing),
    consent("push", True, "any", status_date),
)
funnel_conditions = st.fixed_dictionaries(
    {
        "type": st.just("profile-metric-funnel"),
        "timeframe_filter": st.one_of(dated("between-static", start=day, end=day), relative),
        "steps": st.lists(
            st.fixed_dictionaries(
                {"metric_exists": st.sampled_from([True, True, False]), "metric_id": st.sampled_from(list(METRICS))},
                optional={"metric_filters": metric_filters},
            ),
            min_size=1,
            max_size=4,
        ).filter(lambda steps: any(step["metric_exists"] for step in steps)),
    },
    optional={"completion_window_seconds": st.sampled_from(["HOURS_1", "DAYS_1", "DAYS_30"])},
)


def permission(status: str, items: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda channel, chosen: {
            "type": "profile-permissions",
            "channel": channel,
            "permission": {"reachable_status": status, **({"filters": chosen} if chosen else {})},
        },
        st.just("whatsapp_marketing") if "explicitly_reach" in status else st.sampled_from(WHATSAPP),
        items,
    )


WHATSAPP = ["whatsapp_marketing", "whatsapp_transactional"]
permission_dates = st.lists(
    st.one_of(item("effective_date", any_date), item("recorded_date", any_date)), min_size=1, max_size=2
)
permission_conditions = st.one_of(
    permission("explicitly_reachable", permission_dates),
    permission("implicitly_reachable", nothing),
    permission("implicitly_unreachable", nothing),
    permission("implicitly_or_explicitly_reachable", nothing),
    permission("implicitly_or_explicitly_unreachable", nothing),
)
prediction_conditions = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("profile-predictive-analytics"),
            "dimension": st.just("churn_probability"),
            "filter": filters("numeric", COMPARISONS, st.sampled_from([0.25, 0.5])),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("profile-predictive-analytics"),
            "dimension": st.just("expected_date_of_next_purchase"),
            "filter": any_date,
        }
    ),
)
place_conditions = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("profile-region"),
            "in_region": st.booleans(),
            "region": st.sampled_from(["european_union", "united_states"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("profile-postal-code-distance"),
            "country_code": st.just("US"),
            "postal_code": st.sampled_from(["02108", "10001", "99999"]),
            "unit": st.sampled_from(["kilometers", "miles"]),
            "filter": filters("numeric", ["greater-than", "less-than"], st.sampled_from([10, 500])),
        }
    ),
)
last_events = st.fixed_dictionaries(
    {
        "type": st.just("profile-property"),
        "property": st.just("last_event_date"),
        "filter": st.one_of(existence, any_date),
    }
)
conditions = st.one_of(
    property_conditions,
    metric_conditions,
    metric_conditions,
    membership_conditions,
    consent_conditions,
    funnel_conditions,
    permission_conditions,
    prediction_conditions,
    place_conditions,
    last_events,
)
definitions = st.fixed_dictionaries(
    {
        "condition_groups": st.lists(
            st.fixed_dictionaries({"conditions": st.lists(conditions, min_size=1, max_size=2)}), min_size=1, max_size=2
        )
    }
)
consents = st.sampled_from(["", "SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED"])


def people(number: int) -> st.SearchStrategy[Person]:
    return st.builds(
        Person,
        number=st.just(number),
        email=st.sampled_from(["", "ann@example.com"]),
        phone_number=st.sampled_from(["", "+15005550006"]),
        first_name=texts,
        city=texts,
        created=moments,
        lists=st.dictionaries(st.sampled_from(LISTS), moments, max_size=2),
        email_consent=consents,
        email_consent_at=st.none() | moments,
        suppressions=st.lists(st.tuples(st.sampled_from(["HARD_BOUNCE", "USER_SUPPRESSED"]), moments), max_size=1),
        sms_consent=consents,
        sms_consent_at=st.none() | moments,
        push_consent=consents,
        push_consent_at=st.none() | moments,
        properties=properties,
        deleted=st.sampled_from([False] * 9 + [True]),
        country=st.sampled_from(["", "USA", "us", "Germany", "Nowhere"]),
        zip=st.sampled_from(["", "02108", "02108-1234", "10001", "10115"]),
        latitude=st.sampled_from([None, None, 42.4]),
        longitude=st.sampled_from([None, -71.1]),
        churn_probability=st.sampled_from([None, 0.25, 0.5]),
        expected_date_of_next_purchase=st.none() | moments,
        whatsapp_marketing_consent=consents,
        whatsapp_marketing_consent_at=st.none() | moments,
        whatsapp_marketing_recorded_at=st.none() | moments,
        whatsapp_transactional_consent=consents,
    )


def happenings(size: int) -> st.SearchStrategy[Happening]:
    return st.builds(
        Happening,
        profile=st.integers(1, size),
        metric=st.sampled_from(list(METRICS.values())),
        at=moments,
        value=st.sampled_from([Decimal(0), Decimal("19.99"), Decimal("-1.5")]),
        properties=properties,
    )


steps = st.one_of(
    st.integers(0, 3).map(lambda n: timedelta(milliseconds=n * 700)),
    st.integers(1, 100).map(lambda n: timedelta(minutes=n * 30)),
    st.integers(1, 40).map(lambda n: timedelta(days=n)),
)
