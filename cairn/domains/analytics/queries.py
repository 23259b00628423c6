"""Reading attribution and reports."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from cairn import wiring
from cairn.domains.analytics.aggregates import aggregate as aggregate
from cairn.domains.analytics.buckets import bucket_starts as bucket_starts
from cairn.domains.analytics.contracts import Attribution
from cairn.domains.analytics.messages import campaign_values as campaign_values
from cairn.domains.analytics.reports import account_zone as account_zone
from cairn.domains.analytics.reports import audience as audience
from cairn.domains.analytics.reports import revenue as revenue
from cairn.domains.analytics.timeframes import given as given
from cairn.domains.analytics.timeframes import in_zone as in_zone
from cairn.domains.analytics.timeframes import named as named
from cairn.infra.clickhouse.questions import question
from cairn.kernel.scope import Scope


def attribution_ids(scope: Scope, event_ids: Sequence[str]) -> dict[str, list[str]]:
    """Ids of the attributions of these events, by the event's id."""
    return {found.event_id: [found.id] for found in read(scope, event_ids)}


def attributions(scope: Scope, ids: Sequence[str]) -> list[Attribution]:
    """Those of these attributions that exist. An attribution's id is its event's, without the dashes."""
    return read(scope, ids)


def read(scope: Scope, ids: Iterable[str]) -> list[Attribution]:
    wanted = []
    for one in ids:
        try:
            wanted.append(str(UUID(one)))
        except ValueError:
            continue
    if not wanted:
        return []
    rows = wiring.clickhouse().query(
        question(__file__, "attributions"), {"account": scope.account_number, "events": wanted}
    )
    return [Attribution(event.hex, str(event), str(touch), *rest) for event, touch, *rest in rows]
