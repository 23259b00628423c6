"""2023-09-15: what an operation is about stands as `data.id`, no longer among the attributes."""

from typing import Final

from cairn.api.kernel.changes import Body, Change
from cairn.api.revisions.parts import Json, inner, with_data, without

RELEASE: Final = "2023-09-15"
OPERATIONS: Final = (
    "assign_template_to_campaign_message",
    "clone_template",
    "create_campaign_clone",
    "refresh_campaign_recipient_estimation",
    "render_template",
    "send_campaign",
)


def with_id(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    if "id" not in attributes or inner(document, "data").get("id") is not None:
        return document
    return with_data(document, id=attributes["id"], attributes=without(attributes, "id"))


CHANGES: Final[tuple[Change, ...]] = (Body(RELEASE, OPERATIONS, with_id),)
