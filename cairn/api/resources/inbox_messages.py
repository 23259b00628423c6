"""What the built-in inbox received."""

from datetime import datetime
from typing import Any

import msgspec

from cairn.api.kernel.declare import Delete, Get, List, Paging, Resource
from cairn.api.kernel.filters import moment, text
from cairn.api.kernel.ratelimit import L
from cairn.domains.messaging import actions, queries
from cairn.domains.messaging.contracts import InboxView

READ, WRITE = ("campaigns:read",), ("campaigns:write",)


class InboxAttributes(msgspec.Struct, rename={"sender": "from"}):
    to: str
    sender: str
    subject: str
    html: str
    text: str
    headers: dict[str, str]
    received_at: datetime


def show(row: InboxView) -> dict[str, Any]:
    return {
        "to": row.to,
        "from": row.sender,
        "subject": row.subject,
        "html": row.html,
        "text": row.text,
        "headers": row.headers,
        "received_at": row.received_at,
    }


INBOX_MESSAGES = Resource(
    type="inbox-message",
    path="inbox-messages",
    tag="Inbox",
    extension=True,
    attributes=InboxAttributes,
    show=show,
    operations=(
        List(
            "get_inbox_messages",
            queries.list_inbox,
            scopes=READ,
            limit=L,
            filters={
                "to": text("equals", "any"),
                "subject": text("equals", "contains"),
                "received_at": moment("greater-than", "greater-or-equal", "less-than", "less-or-equal"),
            },
            sorts=("received_at", "id"),
            default_sort="-received_at",
            page=Paging(20, 100),
        ),
        Get("get_inbox_message", queries.get_inbox_message, scopes=READ, limit=L),
        Delete("delete_inbox_message", actions.delete_inbox_message, scopes=WRITE, limit=L),
        Delete("delete_inbox_messages", actions.clear_inbox, scopes=WRITE, limit=L, every=True),
    ),
)
