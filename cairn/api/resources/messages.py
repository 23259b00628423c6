"""The ledger: one row per message, with what became of it."""

from datetime import datetime

import msgspec

from cairn.api.kernel.declare import Get, List, Paging, Related, Resource, to_one
from cairn.api.kernel.filters import text
from cairn.api.kernel.ratelimit import L
from cairn.domains.messaging import queries

READ = ("campaigns:read",)


class MessageAttributes(msgspec.Struct):
    campaign_id: str
    message_id: str
    channel: str
    state: str
    reason: str
    detail: str
    email: str
    queued_at: datetime
    sent_at: datetime | None


MESSAGES = Resource(
    type="message",
    path="messages",
    tag="Campaigns",
    extension=True,
    attributes=MessageAttributes,
    operations=(
        List(
            "get_messages",
            queries.list_messages,
            scopes=READ,
            limit=L,
            filters={
                "campaign_id": text("equals"),
                "message_id": text("equals"),
                "profile_id": text("equals"),
                "state": text("equals", "any"),
                "reason": text("equals", "any"),
                "email": text("equals"),
            },
            sorts=("id",),
            page=Paging(50, 100),
            include=("profile",),
        ),
        Get("get_message", queries.get_message, scopes=READ, limit=L, include=("profile",)),
    ),
    relationships=(
        to_one(
            "profile",
            "profile",
            "profile_id",
            shown=True,
            related=Related("get_profile_for_message", "get_profile_id_for_message", scopes=("profiles:read",)),
        ),
    ),
)
