"""Reading properties, where they are used, and the jobs that change them."""

from collections.abc import Mapping, Sequence

from cairn.domains.properties import catalogue, jobs, usage
from cairn.domains.properties.contracts import PropertyInfo, Sample, Use
from cairn.kernel.scope import Scope

event_properties, event_property = catalogue.event_properties, catalogue.event_property
event_properties_by_ids = catalogue.event_properties_by_ids
profile_properties, profile_property = catalogue.profile_properties, catalogue.profile_property
inside = catalogue.inside
get_job, list_jobs = jobs.get_job, jobs.list_jobs


def sample_values(_: Scope, rows: Sequence[PropertyInfo]) -> Mapping[str, Sequence[Sample]]:
    return {row.id: row.sample_values for row in rows}


def used_in(scope: Scope, rows: Sequence[PropertyInfo]) -> Mapping[str, Sequence[Use]]:
    """Where each of a few properties is used."""
    return {row.id: usage.uses(scope, row) for row in rows}


def metric_uses(scope: Scope, metric_ids: Sequence[str]) -> Mapping[str, Sequence[Use]]:
    """Where each of a few metrics is used."""
    return {metric_id: usage.uses_of_metric(scope, metric_id) for metric_id in metric_ids}
