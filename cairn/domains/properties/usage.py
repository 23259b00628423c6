"""Where properties and metrics are named: segments ask for them, templates and campaigns show them."""

from cairn.domains.campaigns import queries as campaigns
from cairn.domains.events import queries as events
from cairn.domains.properties.contracts import PropertyInfo, Use
from cairn.domains.segments import queries as segments
from cairn.domains.templates import queries as templates
from cairn.kernel.scope import Scope


def uses(scope: Scope, one: PropertyInfo) -> list[Use]:
    """Segments, templates and campaigns that name a property, by type and name."""
    root = "event" if one.metric_id else "person"
    asking = segments.naming(scope, one.property, metric_id=one.metric_id)
    found = [Use("segment", segment_id, name) for segment_id, name in asking]
    mentions = templates.mentioning(scope, root, one.property)
    found += [Use("template", each.id, each.name) for each in mentions if not each.is_private]
    private = [each.id for each in mentions if each.is_private]
    found += [
        Use("campaign", *each) for each in campaigns.mentioning(scope, root, one.property, templates_with=private)
    ]
    return sorted(found, key=lambda use: (use.type, use.name.lower(), use.id))


def uses_of_metric(scope: Scope, metric_id: str) -> list[Use]:
    """Segments that count a metric, custom metrics that are made of it, and the role that was given to it."""
    found = [Use("segment", *one) for one in segments.counting(scope, metric_id)]
    customs = events.custom_metrics_of(scope, metric_id)
    found += [Use("custom-metric", one.id, one.name) for one in customs]
    roles = [one.id for one in events.list_mapped_metrics(scope) if one.metric_id == metric_id]
    found += [Use("mapped-metric", role, role) for role in roles]
    return sorted(found, key=lambda use: (use.type, use.name.lower(), use.id))
