"""Every kind of command on the log and of fact in the outbox, and who takes it."""

from datetime import timedelta

from cairn.domains.accounts.contracts import ATTRIBUTION_CHANGED, AttributionChanged
from cairn.domains.analytics.handlers import attribution_changed
from cairn.domains.analytics.handlers import profiles_merged as credit_again
from cairn.domains.events.contracts import ArrivedEvents
from cairn.domains.events.handlers import profile_deleted as forget_events
from cairn.domains.events.handlers import profiles_merged as move_events
from cairn.domains.lists.contracts import (
    BOUNCED,
    CONFIRMATION_WANTED,
    CONFIRMATIONS_WANTED,
    ConfirmationsWanted,
    ConfirmationWanted,
    ProfilesBounced,
    ProfilesMerged,
)
from cairn.domains.lists.handlers import confirmation_wanted, profiles_bounced
from cairn.domains.lists.handlers import profile_deleted as leave_lists
from cairn.domains.lists.handlers import profiles_merged as unite_lists
from cairn.domains.messaging.handlers import confirmations_wanted
from cairn.domains.messaging.handlers import profiles_merged as move_messages
from cairn.domains.privacy.contracts import REDACTED, Redacted
from cairn.domains.profiles.contracts import (
    ChangeConsent,
    ProfileDeleted,
    RegisterPushToken,
    SuppressProfiles,
    UnregisterPushToken,
    UpsertProfiles,
)
from cairn.domains.properties.contracts import WORK_WANTED, WorkWanted
from cairn.domains.properties.handlers import work as change_property
from cairn.domains.segments.contracts import ENTERED, LEFT, SegmentChanged
from cairn.domains.webhooks.handlers import profile_deleted as forget_deliveries
from cairn.domains.webhooks.handlers import profiles_merged as move_deliveries
from cairn.workers.devices import register_devices, unregister_devices
from cairn.workers.facts import FactTopic
from cairn.workers.forwarding import OwnEvents, record_events
from cairn.workers.memberships import tell_entered, tell_left
from cairn.workers.people import record_people
from cairn.workers.redacted import ignore
from cairn.workers.share import Topic
from cairn.workers.wishes import change_consent, suppress, unsuppress

COMMANDS: dict[str, Topic] = {
    "events.record": Topic(ArrivedEvents, record_people),
    "profiles.upsert": Topic(UpsertProfiles, record_people),
    "profiles.consent": Topic(ChangeConsent, change_consent),
    "profiles.suppress": Topic(SuppressProfiles, suppress),
    "profiles.unsuppress": Topic(SuppressProfiles, unsuppress),
    "profiles.register_push_token": Topic(RegisterPushToken, register_devices),
    "profiles.unregister_push_token": Topic(UnregisterPushToken, unregister_devices),
    REDACTED: Topic(Redacted, ignore),
    ENTERED: Topic(SegmentChanged, tell_entered),
    LEFT: Topic(SegmentChanged, tell_left),
}

FACTS: dict[str, FactTopic] = {
    # A batch that found the old number may still be writing events when the merge is committed.
    "profiles.merged": FactTopic(
        ProfilesMerged,
        [unite_lists, move_events, move_messages, move_deliveries, credit_again],
        once_more=timedelta(seconds=30),
    ),
    "profiles.deleted": FactTopic(
        ProfileDeleted, [leave_lists, forget_events, forget_deliveries], once_more=timedelta(seconds=30)
    ),
    ATTRIBUTION_CHANGED: FactTopic(AttributionChanged, [attribution_changed]),
    WORK_WANTED: FactTopic(WorkWanted, [change_property]),
    "events.record": FactTopic(OwnEvents, [record_events]),
    CONFIRMATION_WANTED: FactTopic(ConfirmationWanted, [confirmation_wanted]),
    CONFIRMATIONS_WANTED: FactTopic(ConfirmationsWanted, [confirmations_wanted]),
    BOUNCED: FactTopic(ProfilesBounced, [profiles_bounced]),
}
