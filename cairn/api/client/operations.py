"""What browsers and apps call with a public key. They name people, but never change who is known as whom."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from cairn.api.client.push_tokens import register, unregister
from cairn.api.edge.consent_body import client_subscribe
from cairn.api.edge.decode import check_strings, decode
from cairn.api.edge.event_body import group_events, single_event
from cairn.api.edge.gate import LARGEST_PROFILE, Command, Operation, Rules
from cairn.api.edge.operations import CONSENT, RECORD, UPSERT, list_of_wish
from cairn.api.edge.profile_body import ProfileDocument, need_somebody, patch_of
from cairn.api.kernel.ratelimit import XL, Limit, M
from cairn.domains.events.contracts import ArrivedEvents
from cairn.domains.profiles.contracts import UpsertProfiles
from cairn.infra.eventlog.port import Lane

PROFILE: Final = msgspec.json.Decoder(ProfileDocument)


def create_event(content: bytes, now: float) -> Command:
    return Command(RECORD, ArrivedEvents(single_event(content, int(now), trusted=False)))


def create_events(content: bytes, now: float) -> Command:
    return Command(RECORD, ArrivedEvents(group_events(content, int(now), trusted=False)))


def create_profile(content: bytes, now: float) -> Command:
    data = decode(PROFILE, content).data
    check_strings(content)
    patch = patch_of(data, trusted=False, clearing=True)
    need_somebody(patch)
    return Command(UPSERT, UpsertProfiles([patch]))


def create_subscription(content: bytes, now: float) -> Command:
    return Command(CONSENT, client_subscribe(content, datetime.fromtimestamp(now, UTC)))


OPERATIONS: Final = {
    "/client/events": Operation(Rules("create_client_event", XL, public=True), Lane.LIVE, create_event),
    "/client/event-bulk-create": Operation(
        Rules("bulk_create_client_events", M, public=True), Lane.BULK, create_events
    ),
    "/client/profiles": Operation(
        Rules("create_client_profile", XL, public=True, largest=LARGEST_PROFILE), Lane.LIVE, create_profile
    ),
    "/client/subscriptions": Operation(
        Rules("create_client_subscription", Limit(350, 750), public=True),
        Lane.CONSENT,
        create_subscription,
        list_of_wish,
    ),
    "/client/push-tokens": Operation(
        Rules("create_client_push_token", Limit(150, 1400), public=True, largest=LARGEST_PROFILE), Lane.LIVE, register
    ),
    "/client/push-token-unregister": Operation(
        Rules("unregister_client_push_token", M, public=True, largest=LARGEST_PROFILE), Lane.LIVE, unregister
    ),
}
