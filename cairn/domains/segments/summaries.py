"""A definition in plain words, as the builder, the explanation and the API show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cairn.domains.segments.definition import (
    Condition,
    Consent,
    ConsentFilter,
    CustomObject,
    Definition,
    FunnelStep,
    GroupMembership,
    MarketingConsent,
    MetricFunnel,
    Permissions,
    PostalCodeDistance,
    Prediction,
    ProfileMetric,
    ProfileProperty,
    Region,
)
from cairn.domains.segments.phrases import (
    NUMERIC,
    counted,
    filter_words,
    frame_words,
    metric_filter_words,
    plain_number,
    property_name,
    with_article,
)

TIMES = {
    "equals": "exactly",
    "not-equals": "any number of times but",
    "greater-than": "more than",
    "greater-than-or-equal": "at least",
    "less-than": "fewer than",
    "less-than-or-equal": "at most",
}
STATUS = {
    "any": "",
    "subscribed": " and is subscribed",
    "unsubscribed": " and is unsubscribed",
    "never_subscribed": " and never subscribed",
}
FIELDS = {
    "is_double_opt_in": "double opt-in",
    "status_date": "the date of it",
    "custom_source": "its custom source",
    "bounce_date": "the date of bouncing",
    "manual_suppression_date": "the date of manual suppression",
    "invalid_email_date": "the date of the address being found invalid",
    "effective_date": "the date of it",
    "recorded_date": "the date of its being recorded",
    "is_rcs_capable": "a device that can RCS",
}
CHANNELS = {"email": "email", "sms": "SMS", "push": "push"}
WHATSAPP = {"whatsapp_marketing": "WhatsApp marketing", "whatsapp_transactional": "WhatsApp messages about orders"}
PERMISSIONS = {
    "explicitly_reachable": "said that they want {channel}",
    "implicitly_reachable": "can receive {channel} without having said so",
    "implicitly_or_explicitly_reachable": "can receive {channel}",
    "explicitly_unreachable": "said that they do not want {channel}",
    "implicitly_unreachable": "cannot receive {channel} without having said so",
    "implicitly_or_explicitly_unreachable": "cannot receive {channel}",
}
COMPLETION = {
    "HOURS_1": (1, "hour"),
    "DAYS_1": (1, "day"),
    "DAYS_3": (3, "day"),
    "DAYS_5": (5, "day"),
    "WEEKS_1": (1, "week"),
    "DAYS_30": (30, "day"),
    "DAYS_90": (90, "day"),
    "DAYS_180": (180, "day"),
    "YEARS_1": (1, "year"),
}
REGIONS = {"european_union": "the European Union", "united_states": "the United States"}


@dataclass(frozen=True, slots=True)
class Names:
    """What users call the things whose ids a definition holds."""

    metrics: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


def summary_of(definition: Definition, names: Names) -> str:
    """One sentence for a whole definition."""
    groups = []
    for group in definition.condition_groups:
        either = " or ".join(describe(condition, names) for condition in group.conditions)
        single = len(group.conditions) == 1 or len(definition.condition_groups) == 1
        groups.append(either if single else f"({either})")
    text = " and ".join(groups)
    return f"Everyone who {text}."


def describe(condition: Condition, names: Names) -> str:
    """One condition, as the rest of a sentence that begins with a person."""
    match condition:
        case ProfileProperty():
            return f"has {property_name(condition.property)} that {filter_words(condition.filter)}"
        case ProfileMetric():
            return metric_words(condition, names)
        case GroupMembership():
            return membership_words(condition, names)
        case MarketingConsent():
            return consent_words(condition.consent)
        case Region():
            return f"is {'' if condition.in_region else 'not '}in {REGIONS[condition.region]}"
        case MetricFunnel():
            return funnel_words(condition, names)
        case Permissions():
            permission = condition.permission
            words = PERMISSIONS[permission.reachable_status].format(channel=WHATSAPP[condition.channel])
            return words + item_words(permission.filters or ())
        case PostalCodeDistance():
            return distance_words(condition)
        case Prediction():
            return f"has {prediction_name(condition)} that {filter_words(condition.filter)}"
        case CustomObject():
            return f"has objects of the type {condition.object_type_id} whose number {filter_words(condition.filter)}"


def metric_words(condition: ProfileMetric, names: Names) -> str:
    name = names.metrics.get(condition.metric_id, f"an unknown metric ({condition.metric_id})")
    number, operator = plain_number(condition.measurement_filter.value), condition.measurement_filter.operator
    if condition.measurement == "sum":
        words = f"has “{name}” with a total value that {NUMERIC[operator]} {number}"
    elif operator == "equals" and number == "0":
        words = f"has not done “{name}”"
    elif (operator, number) in (("greater-than", "0"), ("greater-than-or-equal", "1")):
        words = f"has done “{name}” at least once"
    else:
        words = f"has done “{name}” {TIMES[operator]} {number} {'time' if number == '1' else 'times'}"
    words += " " + frame_words(condition.timeframe_filter)
    filters = [metric_filter_words(item) for item in condition.metric_filters or ()]
    return words + (f" where {' and '.join(filters)}" if filters else "")


def membership_words(condition: GroupMembership, names: Names) -> str:
    lists = [one for one in condition.group_ids if one not in names.segments]
    segments = [one for one in condition.group_ids if one in names.segments]
    places = [f"on {either([names.lists.get(one, one) for one in lists])}"] if lists else []
    places += [f"in the segment {either([names.segments[one] for one in segments])}"] if segments else []
    frame = condition.timeframe_filter
    joined = f" and joined {frame_words(frame)}" if frame else ""
    return f"is {'' if condition.is_member else 'not '}{' or '.join(places)}{joined}"


def either(names: Sequence[str]) -> str:
    return " or ".join(f"“{one}”" for one in names)


def consent_words(consent: Consent) -> str:
    can = "can" if consent.can_receive_marketing else "cannot"
    words = f"{can} receive {CHANNELS[consent.channel]} marketing{STATUS[consent.consent_status.subscription]}"
    return words + item_words(consent.consent_status.filters or ())


def item_words(items: Sequence[ConsentFilter]) -> str:
    words = ""
    for item in items:
        if item.field in ("method", "subscribe_method"):
            words += f", by {str(item.method).replace('_', ' ')}"
        if item.filter is not None:
            words += f", {FIELDS.get(item.field, 'which')} {filter_words(item.filter)}"
    return words


def funnel_words(condition: MetricFunnel, names: Names) -> str:
    steps = ", then ".join(step_words(step, names) for step in condition.steps)
    words = f"{steps}, all {frame_words(condition.timeframe_filter)}"
    if condition.completion_window_seconds is not None:
        words += f" and within {counted(*COMPLETION[condition.completion_window_seconds])}"
    return words


def step_words(step: FunnelStep, names: Names) -> str:
    name = names.metrics.get(step.metric_id, f"an unknown metric ({step.metric_id})")
    filters = [metric_filter_words(item) for item in step.metric_filters or ()]
    words = f"{'did' if step.metric_exists else 'did not do'} “{name}”"
    return words + (f" where {' and '.join(filters)}" if filters else "")


def distance_words(condition: PostalCodeDistance) -> str:
    side = "more" if condition.filter.operator == "greater-than" else "less"
    place = f"{condition.postal_code} in {condition.country_code.upper()}"
    return f"lives {side} than {plain_number(condition.filter.value)} {condition.unit} from {place}"


def prediction_name(condition: Prediction) -> str:
    if condition.dimension == "channel_affinity":
        return f"a predicted {condition.measurement} of the channel {condition.predicted_channel}"
    name = condition.dimension.replace("_", " ").replace("clv", "customer lifetime value")
    return with_article(name)
