"""Reports of the home page: revenue and audience over time."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cairn import wiring
from cairn.domains.accounts import queries as accounts
from cairn.domains.analytics.aggregates import start_of
from cairn.domains.analytics.buckets import bucket_starts
from cairn.domains.analytics.contracts import AudienceReport, Interval, RevenueReport, Sales
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import Role
from cairn.infra.clickhouse.questions import array, question
from cairn.kernel.scope import Scope

SUBSCRIBED, UNSUBSCRIBED = "SUBSCRIBED", "UNSUBSCRIBED"
Sold = tuple[int, float, int, float, int]


def account_zone(scope: Scope) -> ZoneInfo:
    return ZoneInfo(accounts.get_account(scope, scope.account_id).timezone)


def revenue(
    scope: Scope, *, since: datetime, until: datetime, interval: Interval, metric_id: str | None = None
) -> RevenueReport:
    """Sales by the conversion metric, by default what the account calls revenue. Raises NotFound, Invalid."""
    account = accounts.get_account(scope, scope.account_id)
    zone = ZoneInfo(account.timezone)
    dates = bucket_starts(since, until, interval, zone)
    before = since - (until - since)
    counted = events.counted_as(scope, Role.REVENUE) if metric_id is None else events.counted(scope, metric_id)
    params = {
        **counted.params,
        "account": scope.account_number,
        "metrics": array(counted.metrics),
        "zone": zone.key,
    }
    text = question(__file__, "revenue").format(
        start=start_of(interval),
        times=counted.times or "1",
        value=counted.value,
        where=f"AND {counted.where}" if counted.where else "",
    )
    clickhouse = wiring.clickhouse()
    now, previous = (
        clickhouse.query(text, {**params, "since": int(start.timestamp()), "until": int(end.timestamp())})
        for start, end in ((since, until), (before, since))
    )
    starts = [int(date.timestamp()) for date in dates]
    totals, attributed = [0.0] * len(dates), [0.0] * len(dates)
    for start, total, _, earned, _ in now:
        place = bisect_right(starts, start) - 1
        totals[place] += total
        attributed[place] += earned
    return RevenueReport(
        account.currency,
        sales(now),
        sales(previous),
        dates,
        *([money(value) for value in line] for line in (totals, attributed)),
    )


def money(value: float) -> float:
    """Without the dust of adding binary fractions."""
    return round(value, 6)


def sales(rows: Sequence[Sequence[float]]) -> Sales:
    return Sales(
        total=money(sum(row[1] for row in rows)),
        attributed=money(sum(row[3] for row in rows)),
        orders=int(sum(row[2] for row in rows)),
        attributed_orders=int(sum(row[4] for row in rows)),
    )


def audience(scope: Scope, *, since: datetime, until: datetime, interval: Interval) -> AudienceReport:
    """People and subscribers over time, as far as today's state of each profile tells it. Raises Invalid.

    Who is unsubscribed today counts as a subscriber until the moment of unsubscribing.
    """
    dates = bucket_starts(since, until, interval, account_zone(scope))
    edges = [0, *(int(date.timestamp()) for date in dates), int(until.timestamp())]
    rows = wiring.clickhouse().query(
        question(__file__, "audience"), {"account": scope.account_number, "edges": array(edges)}
    )
    places = range(1, len(dates) + 1)
    return AudienceReport(
        dates=dates,
        profiles=[sum(count for _, came, _, count in rows if came <= place) for place in places],
        subscribers=[
            sum(
                count
                for consent, came, decided, count in rows
                if (consent == SUBSCRIBED and decided <= place) or (consent == UNSUBSCRIBED and came <= place < decided)
            )
            for place in places
        ],
        new=[sum(count for _, came, _, count in rows if came == place) for place in places],
        unsubscribed=[
            sum(count for consent, _, decided, count in rows if consent == UNSUBSCRIBED and decided == place)
            for place in places
        ],
    )
