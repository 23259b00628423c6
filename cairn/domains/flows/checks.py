"""What the types of triggers and actions cannot say. Checks raise Invalid, or Conflict for what does not run yet."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from msgspec import UNSET

from cairn.domains.flows.definition import DateTrigger, Trigger
from cairn.domains.flows.messages import Fallback, FlowInternalAlert, FlowPush, FlowSms, FlowWebhook
from cairn.domains.flows.steps import (
    AbTest,
    Action,
    ContentExperiment,
    CountdownDelay,
    MultiBranchSplit,
    ProfileOperation,
    SendEmail,
    SendInternalAlert,
    SendPush,
    SendSms,
    SendWebhook,
    TargetDate,
    TimeDelay,
    UpdateProfile,
)
from cairn.domains.templates import queries as templates
from cairn.infra.mail import mime
from cairn.kernel.errors import Conflict, Invalid

OF_PROFILE: Final = "profile"
LONGEST_TEXT: Final = 2000
LARGEST_VALUES: Final = 100_000
TEMPLATED: Final = re.compile(r"\{\{|\{%")
OBJECT_FIELDS: Final = (
    "custom_object_label",
    "custom_object_property_id",
    "object_type_id",
    "object_type_relationship_id",
)


def not_running(at: str) -> Conflict:
    """No flow runs yet, and none pretends to."""
    return Conflict(
        "This version of Cairn keeps flows but does not run them yet: leave the status at 'draft'.",
        code="does_not_run",
        title="Flows do not run yet.",
        pointer=at,
    )


def check_trigger(trigger: Trigger, at: str) -> None:
    if not isinstance(trigger, DateTrigger):
        return
    check_time(trigger.trigger_time, f"{at}/trigger_time")
    check_zone(trigger.timezone, f"{at}/timezone")
    needed = ("date_profile_property",) if trigger.date_field_type == "profile-property" else OBJECT_FIELDS
    for name in needed:
        if getattr(trigger, name) in (UNSET, ""):
            raise Invalid(f"'{name}' is a required field of this kind of date.", pointer=f"{at}/{name}")


def check_action(action: Action, at: str) -> None:
    check_status(action, at)
    check = CHECKS.get(type(action))
    if check is not None:
        check(action, f"{at}/data")


def check_status(action: Action, at: str) -> None:
    data = getattr(action, "data", UNSET)
    if getattr(data, "status", "draft") in ("live", "manual"):
        raise not_running(f"{at}/data/status")
    if getattr(data, "experiment_status", "draft") in ("live", "completed"):
        raise not_running(f"{at}/data/experiment_status")


def check_time(text: object, at: str) -> None:
    try:
        if isinstance(text, str):
            time.fromisoformat(text)
    except ValueError:
        raise Invalid("A time of day such as 09:00:00, please.", pointer=at) from None


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(name: str, at: str) -> None:
    if name != OF_PROFILE and name not in zones():
        raise Invalid(f"The name of a time zone such as Europe/Lisbon, or '{OF_PROFILE}', please.", pointer=at)


def check_delay(action: TimeDelay, at: str) -> None:
    data = action.data
    check_zone(data.timezone, f"{at}/timezone")
    check_time(data.delay_until_time, f"{at}/delay_until_time")
    for name in ("delay_until_time", "delay_until_weekdays"):
        if getattr(data, name) and data.unit != "days":
            raise Invalid(f"'{name}' is for delays of whole days.", pointer=f"{at}/{name}")


def check_countdown(action: CountdownDelay, at: str) -> None:
    check_zone(action.data.timezone, f"{at}/timezone")
    check_time(action.data.delay_until_time, f"{at}/delay_until_time")


def check_target(action: TargetDate, at: str) -> None:
    check_zone(action.data.timezone, f"{at}/timezone")
    check_time(action.data.target_time, f"{at}/target_time")


def check_branches(action: MultiBranchSplit, at: str) -> None:
    """The last resort is one branch at most, and the last; each other says whom it is for."""
    branches = action.data.branches
    seen: set[str] = set()
    for index, branch in enumerate(branches):
        place = f"{at}/branches/{index}"
        if branch.branch_id in seen:
            raise Invalid("Another branch has this branch_id.", pointer=f"{place}/branch_id")
        seen.add(branch.branch_id)
        if branch.is_else and any(one.is_else for one in branches[:index]):
            raise Invalid("Only one branch can be for everybody else.", pointer=f"{place}/is_else")
        if branch.is_else and branch.branch_filter:
            raise Invalid("The branch for everybody else has no filter.", pointer=f"{place}/branch_filter")
        if not branch.is_else and not branch.branch_filter:
            raise Invalid("A branch needs a filter, or is_else.", pointer=f"{place}/branch_filter")


def check_texts(message: Any, at: str) -> None:
    """Addresses and template code of a mail, as those of campaigns; an address may be filled in when it is sent."""
    for name in (*message.ADDRESSES, *message.CODED):
        value = getattr(message, name) or ""
        if len(value) > LONGEST_TEXT:
            raise Invalid(f"'{name}' may have at most {LONGEST_TEXT} characters.", pointer=f"{at}/{name}")
        if name in message.CODED or TEMPLATED.search(value):
            templates.compiled(value, markup=False, pointer=f"{at}/{name}")
        elif value and not mime.is_address(value):
            raise Invalid(f"{value[:100]!r} is not an email address.", pointer=f"{at}/{name}")


def check_mail(action: SendEmail, at: str) -> None:
    check_texts(action.data.message, f"{at}/message")


def check_alert(action: SendInternalAlert, at: str) -> None:
    message: FlowInternalAlert = action.data.message
    check_texts(message, f"{at}/message")
    for index, address in enumerate(message.to_emails):
        if not mime.is_address(address):
            raise Invalid(f"{address[:100]!r} is not an email address.", pointer=f"{at}/message/to_emails/{index}")


def check_sms(action: SendSms, at: str) -> None:
    message: FlowSms = action.data.message
    for index, one in enumerate(message.message_hierarchy or ()):
        if isinstance(one, Fallback):
            check_fallback(one, f"{at}/message/message_hierarchy/{index}")


def check_fallback(one: Fallback, at: str) -> None:
    if one.message_format == "SMS" and one.rich_content:
        raise Invalid("'rich_content' is for the format RCS.", pointer=f"{at}/rich_content")
    for index, suggestion in enumerate(one.rich_content.suggestions or () if one.rich_content else ()):
        if suggestion.type == "OPEN_URL" and not suggestion.url:
            raise Invalid("OPEN_URL needs a url.", pointer=f"{at}/rich_content/suggestions/{index}/url")


def check_push(action: SendPush, at: str) -> None:
    message: FlowPush = action.data.message
    if message.video_asset_id and (message.image_id or message.dynamic_image):
        raise Invalid("Either a video or an image, not both.", pointer=f"{at}/message/video_asset_id")


def check_webhook(action: SendWebhook, at: str) -> None:
    message: FlowWebhook = action.data.message
    if not (message.url or "").strip():
        raise Invalid("A webhook needs the url that it is sent to.", pointer=f"{at}/message/url")


def check_operations(action: UpdateProfile, at: str) -> None:
    size = 0
    for index, operation in enumerate(action.data.profile_operations):
        check_operation(operation, f"{at}/profile_operations/{index}")
        size += len(operation.property_value) if isinstance(operation.property_value, str) else 0
    if size > LARGEST_VALUES:
        raise Invalid(
            f"The texts of all operations have at most {LARGEST_VALUES} characters.", pointer=f"{at}/profile_operations"
        )


def check_operation(operation: ProfileOperation, at: str) -> None:
    if operation.operator == "delete":
        return
    if operation.property_type is UNSET:
        raise Invalid("'property_type' is a required field.", pointer=f"{at}/property_type")
    if operation.property_operation and operation.property_type != "list":
        raise Invalid("'property_operation' is for lists.", pointer=f"{at}/property_operation")
    fits, wanted = VALUES[operation.property_type]
    if not fits(operation.property_value):
        raise Invalid(f"'property_value' must be {wanted}.", pointer=f"{at}/property_value")


def is_date(value: Any) -> bool:
    """A day, or the word for the day on which it is done."""
    try:
        return isinstance(value, str) and (value == "today" or date.fromisoformat(value) is not None)
    except ValueError:
        return False


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


VALUES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "string": (lambda value: isinstance(value, str), "a string"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "numeric": (is_number, "a number"),
    "date": (is_date, "a date such as 2026-07-15, or 'today'"),
    "list": (lambda value: isinstance(value, str), "a string: one value of the list"),
}


def check_test(action: AbTest | ContentExperiment, at: str) -> None:
    """What is inside a test is as alone, and leads nowhere: the test does."""
    inside = [(action.data.main_action, f"{at}/main_action")]
    experiment = action.data.current_experiment
    for index, one in enumerate(experiment.variations if experiment else ()):
        inside.append((one, f"{at}/current_experiment/variations/{index}"))
    for send, place in inside:
        check_action(send, place)
        if send.links and send.links.next is not None:
            raise Invalid("A variation leads nowhere: the links of the test do.", pointer=f"{place}/links/next")


CHECKS: Final[Mapping[type, Callable[[Any, str], None]]] = {
    TimeDelay: check_delay,
    CountdownDelay: check_countdown,
    TargetDate: check_target,
    MultiBranchSplit: check_branches,
    SendEmail: check_mail,
    SendInternalAlert: check_alert,
    SendSms: check_sms,
    SendPush: check_push,
    SendWebhook: check_webhook,
    UpdateProfile: check_operations,
    AbTest: check_test,
    ContentExperiment: check_test,
}
