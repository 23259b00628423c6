"""Reading metrics and events."""

from collections.abc import Iterable, Sequence

from cairn.domains.events import custom_metrics, exporting, mapped_metrics, metrics, overviews, reading
from cairn.domains.events.contracts import MetricInfo
from cairn.domains.events.counting import counted as counted
from cairn.domains.events.counting import counted_as as counted_as
from cairn.domains.events.models import Metric
from cairn.kernel.listing import Compare, Listing, conjunction
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

list_events, get_event, events_by_ids = reading.list_events, reading.get_event, reading.events_by_ids
last_event_dates, seconds_of = reading.last_event_dates, reading.seconds_of
get_custom_metric, custom_metrics_by_ids = custom_metrics.get, custom_metrics.by_ids
list_custom_metrics, metric_ids_of_custom = custom_metrics.page, custom_metrics.metric_ids
custom_metrics_of = custom_metrics.made_of
get_mapped_metric, list_mapped_metrics = mapped_metrics.get, mapped_metrics.listed
mapped_metrics_by_ids = mapped_metrics.by_ids
metric_overviews, metric_overview = overviews.overviews, overviews.overview
BEGINNING, count_range, events_after = exporting.BEGINNING, exporting.count_range, exporting.events_after
EventRange, names_of_metrics = exporting.EventRange, exporting.names_of_metrics


def all_metrics(scope: Scope) -> list[MetricInfo]:
    """Every metric of the account, oldest first."""
    return [metrics.describe(metric) for metric in Metric.objects.within(scope).order_by("number")]


def list_metrics(scope: Scope, listing: Listing) -> Page[MetricInfo]:
    """A page of metrics by id. Fields: integration.name, integration.category."""
    found = all_metrics(scope)
    for compare in conjunction(listing.where):
        field = compare.field.removeprefix("integration.")
        found = [one for one in found if getattr(one.integration, field).lower() in lowered(compare)]
    return page_of(sorted(found, key=lambda one: one.id), listing)


def lowered(compare: Compare) -> set[str]:
    """Values of a name; who asks for Klaviyo's own metrics means ours."""
    values = {str(value).lower() for value in compare.values}
    return values | {"cairn"} if "klaviyo" in values else values


def page_of(found: Sequence[MetricInfo], listing: Listing) -> Page[MetricInfo]:
    """A page of rows that are all at hand, in order of their ids."""
    page = listing.page
    if page.after is not None:
        (edge,) = page.after[:1]
        found = [one for one in found if (one.id < edge if page.backwards else one.id > edge)]
    rows = found[-page.size :] if page.backwards else found[: page.size]
    more = len(found) > len(rows)
    if not rows:
        return Page(rows=[])
    return Page(
        rows=rows,
        next=(rows[-1].id,) if more or page.backwards else None,
        previous=(rows[0].id,) if (more if page.backwards else page.after is not None) else None,
    )


def get_metric(scope: Scope, metric_id: str) -> MetricInfo:
    """Raises NotFound."""
    return metrics.describe(Metric.objects.of(scope, metric_id))


def metrics_by_ids(scope: Scope, ids: Sequence[str]) -> list[MetricInfo]:
    return [metrics.describe(metric) for metric in Metric.objects.within(scope).filter(id__in=ids)]


def metric_numbers(scope: Scope, names: Iterable[metrics.MetricName]) -> dict[metrics.MetricName, int]:
    """Numbers of those of these metrics, named by service and name, that exist."""
    return metrics.numbers(scope, names)
