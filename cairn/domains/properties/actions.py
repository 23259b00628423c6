"""Changing how a property is shown, and changing it in all profiles."""

from datetime import datetime

from cairn.domains.properties import catalogue, jobs
from cairn.domains.properties.contracts import PropertyInfo
from cairn.domains.properties.models import Mark
from cairn.domains.properties.names import metric_and_name, name_of
from cairn.kernel.scope import Scope

start_rename, start_delete = jobs.start_rename, jobs.start_delete


def mark_event_property(
    scope: Scope, property_id: str, *, label: str | None = None, is_hidden: bool | None = None
) -> PropertyInfo:
    """Give a metric's property a display name, or leave it out of pickers. Raises NotFound."""
    metric_id, name = metric_and_name(property_id)
    catalogue.event_property(scope, property_id)
    mark(scope, metric_id, name, label, is_hidden)
    return catalogue.event_property(scope, property_id)


def mark_profile_property(
    scope: Scope, property_id: str, *, label: str | None = None, is_hidden: bool | None = None
) -> PropertyInfo:
    """The same for a property of profiles. Raises NotFound."""
    catalogue.profile_property(scope, property_id)
    mark(scope, "", name_of(property_id), label, is_hidden)
    return catalogue.profile_property(scope, property_id)


def mark(scope: Scope, owner: str, name: str, label: str | None, is_hidden: bool | None) -> None:
    """None leaves a field as it is; an empty label shows the name itself."""
    given: dict[str, str | bool] = {}
    if label is not None:
        given["label"] = "" if label == name else label
    if is_hidden is not None:
        given["is_hidden"] = is_hidden
    if given:
        Mark.objects.update_or_create(account_id=scope.account_id, owner=owner, name=name, defaults=given)


def work(scope: Scope, job_id: str, *, now: datetime) -> None:
    """Do the next batch of a job, and ask for the one after it."""
    jobs.work(scope, job_id, now=now)
