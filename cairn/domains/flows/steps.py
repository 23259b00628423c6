"""The kinds of actions that a flow may have, each with its data and its links.

`id` is an action's own, `temporary_id` what a definition calls it that is not stored yet. Filters stay as they were
written; `conditions` checks them.
"""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from cairn.domains.flows.messages import (
    FlowEmail,
    FlowInternalAlert,
    FlowPush,
    FlowSms,
    FlowWebhook,
    FlowWhatsApp,
    Text,
)

Status = Literal["disabled", "draft", "live", "manual"]
Trial = Literal["completed", "draft", "live"]
Weekday = Literal["friday", "monday", "saturday", "sunday", "thursday", "tuesday", "wednesday"]
Weekdays: TypeAlias = list[Weekday] | UnsetType | None
Groups: TypeAlias = dict[str, Any]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Label: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
MOST_BRANCHES = 50
MOST_OPERATIONS = 100
MOST_VARIATIONS = 20


class Link(msgspec.Struct):
    next: str | None = None


class Ways(msgspec.Struct):
    next_if_true: str | None
    next_if_false: str | None


class Step(msgspec.Struct, tag_field="type", kw_only=True):
    """`KLAVIYO` is the name of the kind in filters and orders of actions."""

    KLAVIYO: ClassVar[str] = ""
    id: Text = UNSET
    temporary_id: Text = UNSET


class Line(Step, kw_only=True):
    """Goes on to one action, or ends the way."""

    links: Link | UnsetType = UNSET


class Fork(Step, kw_only=True):
    links: Ways | UnsetType = UNSET


class EmailData(msgspec.Struct):
    message: FlowEmail = msgspec.field(default_factory=FlowEmail)
    status: Status = "draft"


class SendEmail(Line, tag="send-email", kw_only=True):
    KLAVIYO = "SEND_EMAIL"
    data: EmailData = msgspec.field(default_factory=EmailData)


class SmsData(msgspec.Struct):
    message: FlowSms
    status: Status = "draft"


class SendSms(Line, tag="send-sms", kw_only=True):
    KLAVIYO = "SEND_SMS"
    data: SmsData


class PushData(msgspec.Struct):
    message: FlowPush
    status: Status = "draft"


class SendPush(Line, tag="send-mobile-push", kw_only=True):
    KLAVIYO = "SEND_PUSH_NOTIFICATION"
    data: PushData


class WhatsAppData(msgspec.Struct):
    message: FlowWhatsApp = msgspec.field(default_factory=FlowWhatsApp)
    status: Status = "draft"


class SendWhatsApp(Line, tag="send-whatsapp", kw_only=True):
    KLAVIYO = "SEND_WHATSAPP"
    data: WhatsAppData = msgspec.field(default_factory=WhatsAppData)


class WebhookData(msgspec.Struct):
    message: FlowWebhook
    status: Status = "draft"


class SendWebhook(Line, tag="send-webhook", kw_only=True):
    KLAVIYO = "WEBHOOK"
    data: WebhookData


class AlertData(msgspec.Struct):
    message: FlowInternalAlert
    status: Status = "draft"


class SendInternalAlert(Line, tag="send-internal-alert", kw_only=True):
    KLAVIYO = "SEND_NOTIFICATION_MESSAGE"
    data: AlertData


class DelayData(msgspec.Struct):
    value: Count
    unit: Literal["days", "hours", "minutes"] = "days"
    secondary_value: Count | UnsetType | None = UNSET
    timezone: str = "profile"
    delay_until_time: Text = UNSET
    delay_until_weekdays: Weekdays = UNSET


class TimeDelay(Line, tag="time-delay", kw_only=True):
    KLAVIYO = "TIME_DELAY"
    data: DelayData


class TargetDateData(msgspec.Struct):
    target_time: str
    timezone: str = "profile"
    target_days: Weekdays = UNSET


class TargetDate(Line, tag="target-date", kw_only=True):
    KLAVIYO = "TARGET_DATE"
    data: TargetDateData


class CountdownData(msgspec.Struct):
    unit: Literal["days", "months", "weeks"] = "days"
    value: Count = 0
    timezone: str = "profile"
    delay_until_time: Text = UNSET
    delay_until_weekdays: Weekdays = UNSET


class CountdownDelay(Line, tag="countdown-delay", kw_only=True):
    KLAVIYO = "COUNTDOWN_DELAY"
    data: CountdownData


class BackInStockDelay(Line, tag="back-in-stock-delay", kw_only=True):
    KLAVIYO = "BACK_IN_STOCK_DELAY"


class ConditionalData(msgspec.Struct):
    profile_filter: Groups | None


class ConditionalSplit(Fork, tag="conditional-split", kw_only=True):
    KLAVIYO = "BOOLEAN_BRANCH"
    data: ConditionalData


class TriggerSplitData(msgspec.Struct):
    trigger_filter: Groups | None
    trigger_id: str
    trigger_type: Literal["date", "list", "low-inventory", "metric", "price-drop", "scheduled", "segment"]
    trigger_subtype: (
        Literal["custom-object", "legacy-custom-object", "profile-property", "profile-trait"] | UnsetType | None
    ) = UNSET


class TriggerSplit(Fork, tag="trigger-split", kw_only=True):
    KLAVIYO = "TRIGGER_BRANCH"
    data: TriggerSplitData


class OutputSplitData(msgspec.Struct):
    action_output_filter: Groups | None


class ActionOutputSplit(Fork, tag="action-output-split", kw_only=True):
    KLAVIYO = "ACTION_OUTPUT_SPLIT"
    data: OutputSplitData


class Branch(msgspec.Struct):
    branch_id: Label
    order: int | UnsetType | None = UNSET
    is_else: bool = False
    branch_filter: Groups | UnsetType | None = UNSET
    links: Link = msgspec.field(default_factory=Link)
    name: Text = UNSET


class BranchesData(msgspec.Struct):
    branches: Annotated[list[Branch], msgspec.Meta(min_length=1, max_length=MOST_BRANCHES)]
    name: str


class MultiBranchSplit(Step, tag="multi-branch-split", kw_only=True):
    """Its links are those of its branches."""

    KLAVIYO = "MULTI_BRANCH_SPLIT"
    links: None = None
    data: BranchesData


class WinnerSettings(msgspec.Struct):
    enabled: bool
    automatic_end_statistical_certainty: bool
    automatic_end_date: Text = UNSET


class Test(msgspec.Struct):
    variations: Annotated[list[SendEmail | SendSms], msgspec.Meta(max_length=MOST_VARIATIONS)]
    id: Text = UNSET
    name: Text = UNSET
    allocations: dict[str, Any] | UnsetType | None = UNSET
    started: Text = UNSET
    winner_metric: Literal["submission", "unique-clicks", "unique-opens", "unique-placed-orders"] | UnsetType | None = (
        UNSET
    )
    automatic_winner_selection_settings: WinnerSettings | UnsetType = UNSET


class AbTestData(msgspec.Struct):
    main_action: SendEmail | SendSms
    status: Status = "draft"
    experiment_status: Trial = "draft"
    current_experiment: Test | UnsetType | None = UNSET


class AbTest(Line, tag="ab-test", kw_only=True):
    KLAVIYO = "AB_TEST"
    data: AbTestData


class Experiment(msgspec.Struct):
    variations: Annotated[list[SendPush | SendWhatsApp], msgspec.Meta(max_length=MOST_VARIATIONS)]
    id: Text = UNSET
    name: Text = UNSET
    allocations: dict[str, Any] | UnsetType | None = UNSET
    started: Text = UNSET
    winner_metric: Literal["click-rate", "open-rate"] | UnsetType | None = UNSET


class ExperimentData(msgspec.Struct):
    main_action: SendPush | SendWhatsApp
    status: Status = "draft"
    experiment_status: Trial | UnsetType | None = UNSET
    current_experiment: Experiment | UnsetType | None = UNSET


class ContentExperiment(Line, tag="content-experiment", kw_only=True):
    KLAVIYO = "CONTENT_EXPERIMENT"
    data: ExperimentData


class ProfileOperation(msgspec.Struct):
    """`property_type` and `property_value` belong to creating and updating, `property_operation` to lists."""

    operator: Literal["create", "delete", "update"]
    property_key: Label
    property_type: Literal["string", "boolean", "numeric", "date", "list"] | UnsetType = UNSET
    property_value: Any = UNSET
    property_operation: Literal["add", "remove"] | UnsetType | None = UNSET


class ProfileData(msgspec.Struct):
    profile_operations: Annotated[list[ProfileOperation], msgspec.Meta(min_length=1, max_length=MOST_OPERATIONS)]
    status: Status = "draft"


class UpdateProfile(Line, tag="update-profile", kw_only=True):
    KLAVIYO = "UPDATE_CUSTOMER"
    data: ProfileData


class ListData(msgspec.Struct):
    """`on_execution`: true adds to the list, false takes out of it."""

    name: str
    list_id: str | None
    on_execution: bool | None
    status: Status = "draft"


class ListUpdate(Line, tag="list-update", kw_only=True):
    KLAVIYO = "LIST_UPDATE"
    data: ListData


class Code(Line, tag="code", kw_only=True):
    KLAVIYO = "CODE"
    data: Any = UNSET


class ReportService(msgspec.Struct, tag_field="service_method_type", tag="schedule-report"):
    report_id: str


class ReportBuilderService(msgspec.Struct, tag_field="service_method_type", tag="schedule-report-builder-report"):
    report_id: str


class TrackService(msgspec.Struct, tag_field="service_method_type", tag="track-event"):
    event_key: Text = UNSET
    event_payload: dict[str, Any] | UnsetType | None = UNSET
    tracking_company_id: Text = UNSET


class UnknownService(msgspec.Struct, tag_field="service_method_type", tag="unknown"):
    pass


class ServiceData(msgspec.Struct):
    service_configuration: ReportService | ReportBuilderService | TrackService | UnknownService | UnsetType | None = (
        UNSET
    )
    status: Status = "draft"


class InternalService(Line, tag="internal-service", kw_only=True):
    KLAVIYO = "INTERNAL_SERVICE"
    data: ServiceData = msgspec.field(default_factory=ServiceData)


Action: TypeAlias = (
    SendEmail
    | SendSms
    | SendPush
    | SendWhatsApp
    | SendWebhook
    | SendInternalAlert
    | TimeDelay
    | TargetDate
    | CountdownDelay
    | BackInStockDelay
    | ConditionalSplit
    | TriggerSplit
    | ActionOutputSplit
    | MultiBranchSplit
    | AbTest
    | ContentExperiment
    | UpdateProfile
    | ListUpdate
    | Code
    | InternalService
)
