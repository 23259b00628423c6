"""What flows need of other domains: what they need is not deleted, or they are told of it."""

from typing import Final

from django.db import transaction

from cairn.domains.campaigns import queries as campaigns
from cairn.domains.campaigns.contracts import GroupUse
from cairn.domains.flows.definition import UNCONFIGURED
from cairn.domains.flows.models import Flow, FlowAction, FlowMessage
from cairn.domains.flows.references import groups_in
from cairn.domains.lists import actions as lists
from cairn.domains.segments import actions as segments
from cairn.domains.templates import actions as templates
from cairn.domains.templates import queries as template_queries
from cairn.kernel.errors import Conflict
from cairn.kernel.scope import Scope

NAMED: Final = 3


def segment_uses(scope: Scope, segment_id: str) -> list[GroupUse]:
    """What refers to a segment: other segments, campaigns, and flows that it starts or that ask for it. Raises
    NotFound."""
    found = campaigns.segment_uses(scope, segment_id)
    flows, actions = Flow.objects.within(scope), FlowAction.objects.within(scope)
    ids = set(flows.filter(trigger_kind="segment", trigger_id=segment_id).values_list("id", flat=True))
    for said in (flows.values_list("id", "definition"), actions.values_list("flow_id", "definition")):
        ids |= {flow_id for flow_id, definition in said.iterator(chunk_size=500) if segment_id in groups_in(definition)}
    rows = Flow.objects.within(scope).filter(id__in=ids).order_by("-created", "-id")
    return found + [GroupUse("flow", row.id, row.name, row.status, is_excluded=False, needs_it=True) for row in rows]


def delete_segment(scope: Scope, segment_id: str) -> None:
    """Delete a segment that nothing needs any more. Raises NotFound, and Conflict that names what does."""
    needing = [use for use in segment_uses(scope, segment_id) if use.needs_it]
    if needing:
        raise in_use("segment", [(use.type, use.id, use.name) for use in needing])
    segments.delete(scope, segment_id)


def delete_template(scope: Scope, template_id: str) -> None:
    """Delete a template that no flow shows. Raises NotFound, and Conflict that names the flows."""
    template_queries.get_template(scope, template_id)
    showing = FlowMessage.objects.within(scope).filter(template_id=template_id).values("flow_id")
    needing = Flow.objects.within(scope).filter(id__in=showing).order_by("name", "id").values_list("id", "name")
    if needing:
        raise in_use("template", [("flow", *one) for one in needing])
    templates.delete_template(scope, template_id)


def delete_list(scope: Scope, list_id: str) -> None:
    """Delete a list. The flows that it started are started by nothing from then on. Raises NotFound."""
    with transaction.atomic():
        lists.delete_list(scope, list_id)
        started = Flow.objects.within(scope).filter(trigger_kind="list", trigger_id=list_id)
        rows = list(started.select_for_update())
        for flow in rows:
            flow.definition["triggers"][0]["id"] = None
            flow.trigger_id, flow.trigger_type = "", UNCONFIGURED
        Flow.objects.bulk_update(rows, ["definition", "trigger_id", "trigger_type"])


def in_use(noun: str, needing: list[tuple[str, str, str]]) -> Conflict:
    names = ", ".join(f"the {type_} “{name}”" for type_, _, name in needing[:NAMED])
    more = f" and {len(needing) - NAMED} more" if len(needing) > NAMED else ""
    return Conflict(
        f"This {noun} is used by {names}{more}. Take it out there first, or delete them.",
        code="in_use",
        title="In use.",
        meta={"used_in": [{"type": type_, "id": id_, "name": name} for type_, id_, name in needing]},
    )
