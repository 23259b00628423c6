"""Campaign values reports: statistics of the campaign messages sent in a time frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel import filters
from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Resource, to_many
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import Limit
from cairn.domains.analytics import queries
from cairn.domains.analytics.contracts import MessageValues
from cairn.domains.tags import queries as tags
from cairn.kernel import clock, ids
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare, conjunction
from cairn.kernel.scope import Scope

Statistic = Literal[
    "average_order_value",
    "bounce_rate",
    "bounced",
    "bounced_or_failed",
    "bounced_or_failed_rate",
    "click_rate",
    "click_to_open_rate",
    "clicks",
    "clicks_unique",
    "conversion_rate",
    "conversion_uniques",
    "conversion_value",
    "conversions",
    "delivered",
    "delivery_rate",
    "failed",
    "failed_rate",
    "message_segment_count_sum",
    "open_rate",
    "opens",
    "opens_unique",
    "recipients",
    "revenue_per_recipient",
    "spam_complaint_rate",
    "spam_complaints",
    "text_message_credit_usage_amount",
    "text_message_roi",
    "text_message_spend",
    "unsubscribe_rate",
    "unsubscribe_uniques",
    "unsubscribes",
]
Grouping = Literal[
    "campaign_id",
    "campaign_message_id",
    "campaign_message_name",
    "group",
    "group_name",
    "send_channel",
    "tag_id",
    "tag_name",
    "text_message_format",
    "variation",
    "variation_name",
]
DEFAULT_GROUPING: tuple[Grouping, ...] = ("campaign_id", "campaign_message_id", "send_channel")
REQUIRED = frozenset({"campaign_id", "campaign_message_id"})
CHANNELS = ("email", "sms", "push-notification", "whatsapp")
SCALAR = text("equals", "contains-any")
FILTERS = {
    "send_channel": text("equals", "contains-any", choices=CHANNELS),
    "campaign_id": SCALAR,
    "campaign_message_id": SCALAR,
    "campaign_message_name": SCALAR,
    "variation": SCALAR,
    "variation_name": SCALAR,
    "text_message_format": SCALAR,
    "tag_id": text("contains-any", "contains-all"),
    "tag_name": text("contains-any", "contains-all"),
}
MOST_VALUES = 100
LIMIT = Limit(1, 2, 225)


class Timeframe(msgspec.Struct):
    key: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class ValuesBody(msgspec.Struct):
    statistics: Annotated[list[Statistic], msgspec.Meta(min_length=1)]
    timeframe: Timeframe
    conversion_metric_id: str
    group_by: list[Grouping] | None = None
    filter: str | None = None


class ValuesRow(msgspec.Struct):
    groupings: Mapping[str, str]
    statistics: Mapping[str, float]


class ValuesAttributes(msgspec.Struct):
    results: Sequence[ValuesRow]


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query; its id names nothing that lasts."""

    id: str
    results: Sequence[ValuesRow]
    campaign_ids: Sequence[str]


def compute(scope: Scope, body: Body[ValuesBody]) -> Answer:
    asked = body.attributes
    group_by = tuple(dict.fromkeys(asked.group_by or DEFAULT_GROUPING))
    if missing := REQUIRED - set(group_by):
        raise Invalid(f"group_by must hold {', '.join(sorted(missing))}.", pointer="/data/attributes/group_by")
    wishes = comparisons(asked.filter)
    since, until = span(scope, asked.timeframe)
    found = queries.campaign_values(scope, since=since, until=until, metric_id=asked.conversion_metric_id)
    tags_of = tag_names(scope, found)
    kept = [one for one in found if all(holds(one, tags_of[one.campaign_id], wish) for wish in wishes)]
    rows = [
        ValuesRow({name: facts[name] for name in group_by}, {name: one.statistics[name] for name in asked.statistics})
        for one in kept
        for facts in groupings(one, tags_of[one.campaign_id], group_by)
    ]
    return Answer(ids.ulid(), rows, list(dict.fromkeys(one.campaign_id for one in kept if one.campaign_id)))


def span(scope: Scope, frame: Timeframe) -> tuple[datetime, datetime]:
    zone = queries.account_zone(scope)
    if frame.key is not None:
        return queries.named(frame.key, now=clock.now(), zone=zone)
    if frame.start is None or frame.end is None:
        raise Invalid("A time frame has a key, or a start and an end.", pointer="/data/attributes/timeframe")
    return queries.given(frame.start, frame.end, zone)


def comparisons(source: str | None) -> tuple[Compare, ...]:
    """The filter's comparisons: joined by AND, one per attribute."""
    if not source:
        return ()
    found = conjunction(filters.checked(filters.parse(source), FILTERS))
    if len({one.field for one in found}) != len(found):
        raise Invalid("Only one filter per attribute is possible.", pointer="/data/attributes/filter")
    if any(len(one.values) > MOST_VALUES for one in found):
        raise Invalid(f"A list has at most {MOST_VALUES} values.", pointer="/data/attributes/filter")
    return found


def tag_names(scope: Scope, found: Sequence[MessageValues]) -> dict[str, dict[str, str]]:
    """The tags of each campaign, id to name."""
    campaign_ids = list({one.campaign_id for one in found})
    on = tags.tag_ids_on(scope, "campaign", campaign_ids)
    names = {tag.id: tag.name for tag in tags.tags(scope, sorted({tag for each in on.values() for tag in each}))}
    return {one: {tag: names.get(tag, "") for tag in on.get(one, ())} for one in campaign_ids}


def holds(one: MessageValues, tags_on: Mapping[str, str], wish: Compare) -> bool:
    wanted = {str(value) for value in wish.values}
    if wish.field in ("tag_id", "tag_name"):
        present = set(tags_on if wish.field == "tag_id" else tags_on.values())
        return wanted <= present if wish.operator == "contains-all" else bool(wanted & present)
    return scalars(one)[wish.field] in wanted


def scalars(one: MessageValues) -> dict[str, str]:
    return {
        "campaign_id": one.campaign_id,
        "campaign_message_id": one.message_id,
        "campaign_message_name": one.campaign_name,
        "send_channel": "email",
        "group": "",
        "group_name": "",
        "text_message_format": "",
        "variation": "",
        "variation_name": "",
    }


def groupings(one: MessageValues, tags_on: Mapping[str, str], group_by: Sequence[str]) -> list[dict[str, str]]:
    """One group, or one for each tag where tags are asked for."""
    plain = scalars(one)
    if not {"tag_id", "tag_name"} & set(group_by):
        return [plain]
    return [{**plain, "tag_id": tag, "tag_name": name} for tag, name in (tags_on or {"": ""}).items()]


def campaigns_of(_: Scope, answers: Sequence[Answer]) -> Mapping[str, Sequence[str]]:
    return {answer.id: answer.campaign_ids for answer in answers}


CAMPAIGN_VALUES_REPORTS = Resource(
    type="campaign-values-report",
    path="campaign-values-reports",
    tag="Reporting",
    attributes=ValuesAttributes,
    operations=(
        Create(
            "query_campaign_values",
            compute,
            scopes=("campaigns:read",),
            limit=LIMIT,
            summary="Query Campaign Values",
            body=ValuesBody,
            status=200,
        ),
    ),
    relationships=(to_many("campaigns", "campaign", campaigns_of, shown=True),),
)
