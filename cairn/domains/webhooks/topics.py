"""Topics: each metric of the account is one, beside those that exist before anything has happened."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cairn.domains.events.contracts import OWN_SERVICE
from cairn.domains.webhooks.contracts import SEGMENT_ENTERED, SEGMENT_LEFT
from cairn.kernel.errors import Invalid

KLAVIYO: Final = "klaviyo"
"""What our own happenings are called towards receivers, which were written for it."""
WELL_KNOWN: Final = tuple(
    f"event:{KLAVIYO}.{name}"
    for name in (
        *("bounced_email", "clicked_email", "dropped_email", "marked_email_as_spam", "opened_email", "received_email"),
        *("manually_suppressed_from_email_marketing", "manually_unsuppressed_from_email_marketing"),
        *("subscribed_to_email_marketing", "unsubscribed_from_email_marketing", "updated_email_preferences"),
        *("sent_sms", "received_sms", "clicked_sms", "failed_to_deliver_sms"),
        *("subscribed_to_sms_marketing", "unsubscribed_from_sms_marketing"),
        *("received_push", "bounced_push", "opened_push"),
        *("ready_to_review", "submitted_rating", "submitted_review"),
    )
)
EXTENSIONS: Final = (SEGMENT_ENTERED, SEGMENT_LEFT)
EVENT: Final = re.compile(r"event:[a-z0-9_-]+\.[a-z0-9_]+")
LONGEST: Final = 300
POINTER: Final = "/data/relationships/webhook-topics/data"


@lru_cache(maxsize=10_000)
def of_metric(service: str, name: str) -> str:
    """`event:<integration>.<metric>`; two metrics that differ only in signs or case share a topic."""
    integration = KLAVIYO if service == OWN_SERVICE else snake(service)
    return f"event:{integration}.{snake(name)}"


def snake(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "_"


def checked(topics: Iterable[str]) -> list[str]:
    """Topics in order, each once. A metric that nobody has sent yet may be named: it may come. Raises Invalid."""
    found = list(dict.fromkeys(topics))
    if not found:
        raise Invalid("A webhook needs at least one topic.", pointer=POINTER)
    for position, topic in enumerate(found):
        if topic not in EXTENSIONS and (len(topic) > LONGEST or not EVENT.fullmatch(topic)):
            detail = f"There is no topic {topic[:100]!r}; GET /api/webhook-topics lists them."
            raise Invalid(detail, pointer=f"{POINTER}/{position}/id")
    return found
