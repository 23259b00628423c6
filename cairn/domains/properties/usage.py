"""Where properties are named: segments ask for them, templates and campaigns show them."""

from cairn.domains.campaigns import queries as campaigns
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
