"""Campaign values: what people did with each message, booked on the day its sending began."""

from collections.abc import Sequence
from datetime import datetime

from cairn import wiring
from cairn.domains.analytics.contracts import MessageValues
from cairn.domains.campaigns import queries as campaigns
from cairn.domains.events import actions as event_actions
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import (
    BOUNCED,
    CLICKED,
    CLICKED_UNSUBSCRIBED,
    DROPPED,
    OPENED,
    OWN_SERVICE,
    RECEIVED,
    SPAM,
    UNSUBSCRIBED,
    Counted,
)
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.scope import Scope

METRICS = {
    "received": RECEIVED,
    "bounced": BOUNCED,
    "dropped": DROPPED,
    "opened": OPENED,
    "clicked": CLICKED,
    "spam": SPAM,
}
UNSUBSCRIBES = (UNSUBSCRIBED, CLICKED_UNSUBSCRIBED)
COUNTED = (
    "recipients",
    "bounced",
    "opens",
    "opens_unique",
    "clicks",
    "clicks_unique",
    "unsubscribes",
    "unsubscribe_uniques",
    "spam_complaints",
)


def campaign_values(
    scope: Scope, *, since: datetime, until: datetime, metric_id: str, messages: Sequence[str] = ()
) -> list[MessageValues]:
    """Statistics of each campaign message sent in the time range, or of those among `messages`. Raises NotFound for an
    unknown conversion metric."""
    counted = events.counted(scope, metric_id)
    clickhouse = wiring.clickhouse()
    params = {
        **message_metrics(scope),
        "account": scope.account_number,
        "since": int(since.timestamp()),
        "until": int(until.timestamp()),
        "messages": list(messages),
    }
    rows = clickhouse.query(question(__file__, "campaign_values"), params)
    ids = [row[0] for row in rows]
    conversions = earnings(scope, counted, ids)
    names = campaigns.names_by_message(scope, ids)
    found = []
    for message, *figures in rows:
        campaign_id, name = names.get(message, ("", ""))
        counts = dict(zip(COUNTED, (float(figure) for figure in figures), strict=True))
        earned = (float(figure) for figure in conversions.get(message, (0, 0, 0)))
        found.append(MessageValues(campaign_id, name, message, statistics(counts, *earned)))
    return sorted(found, key=lambda one: (one.campaign_id, one.message_id))


def earnings(scope: Scope, counted: Counted, messages: Sequence[str]) -> dict[str, list[float]]:
    """Conversions, people who converted and their value, by message."""
    text = question(__file__, "campaign_conversions").format(
        times=f"sum({counted.times})" if counted.times else "count()",
        value=counted.value,
        where=f"WHERE {counted.where}" if counted.where else "",
        # A credit knows its metric and value; what else an event says only the event does.
        columns=", p.properties AS properties" if counted.reads_properties else "",
        properties=question(__file__, "event_properties") if counted.reads_properties else "",
    )
    params = {
        **counted.params,
        "account": scope.account_number,
        "metrics": array(counted.metrics),
        "messages": list(messages),
    }
    return {message: figures for message, *figures in wiring.clickhouse().query(text, params)}


def message_metrics(scope: Scope) -> dict[str, object]:
    names = [(OWN_SERVICE, name) for name in (*METRICS.values(), *UNSUBSCRIBES)]
    numbers = event_actions.resolve_metrics(scope, names=names)
    return {
        **{key: numbers[(OWN_SERVICE, name)] for key, name in METRICS.items()},
        "unsubscribed": array(numbers[(OWN_SERVICE, name)] for name in UNSUBSCRIBES),
        "all": array(numbers.values()),
    }


def statistics(counts: dict[str, float], conversions: float, converters: float, value: float) -> dict[str, float]:
    """All documented statistics; rates are fractions, and 0 of nothing is 0. What only texts have is 0."""
    delivered = counts["recipients"] - counts["bounced"]
    rates = {
        "delivery_rate": ratio(delivered, counts["recipients"]),
        "bounce_rate": ratio(counts["bounced"], counts["recipients"]),
        "bounced_or_failed_rate": ratio(counts["bounced"], counts["recipients"]),
        "open_rate": ratio(counts["opens_unique"], delivered),
        "click_rate": ratio(counts["clicks_unique"], delivered),
        "click_to_open_rate": ratio(counts["clicks_unique"], counts["opens_unique"]),
        "unsubscribe_rate": ratio(counts["unsubscribe_uniques"], delivered),
        "spam_complaint_rate": ratio(counts["spam_complaints"], delivered),
        "conversion_rate": ratio(converters, delivered),
        "average_order_value": ratio(value, conversions),
        "revenue_per_recipient": ratio(value, delivered),
    }
    only_texts = dict.fromkeys(
        (
            "failed",
            "failed_rate",
            "message_segment_count_sum",
            "text_message_credit_usage_amount",
            "text_message_roi",
            "text_message_spend",
        ),
        0.0,
    )
    return {
        **counts,
        **rates,
        **only_texts,
        "delivered": delivered,
        "bounced_or_failed": counts["bounced"],
        "conversions": conversions,
        "conversion_uniques": converters,
        "conversion_value": value,
    }


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
