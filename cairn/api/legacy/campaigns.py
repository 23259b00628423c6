"""Campaigns as one flat thing: message, template and lists in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from cairn import wiring
from cairn.api.kernel import cursors
from cairn.api.kernel.ratelimit import M
from cairn.api.legacy.calls import Call
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import page_of, plain_time, window
from cairn.api.legacy.groups import by_ids
from cairn.api.legacy.lists import WHOLE
from cairn.domains.campaigns import actions, queries
from cairn.domains.campaigns.contracts import EMAIL, Audiences, CampaignMessageView, CampaignView, MessageDraft
from cairn.domains.messaging import queries as messaging
from cairn.domains.messaging.contracts import MessageView
from cairn.domains.templates import queries as templates
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Compare, Listing, Sort
from cairn.kernel.scope import Scope

READ, WRITE = ("campaigns:read",), ("campaigns:write",)
# By the status of today's API: the status, its number and its label.
STATUSES: Final = {
    "Draft": ("draft", 1, "Draft"),
    "Scheduled": ("queued", 2, "Scheduled"),
    "Adding Recipients": ("scheduling", 3, "Adding Recipients"),
    "Preparing to send": ("preparing_to_schedule", 4, "Preparing to send"),
    "Sending": ("sending", 5, "Sending"),
    "Sending Segments": ("sending_timezones", 6, "Sending Segments"),
    "Sent": ("sent", 8, "Sent"),
    "Cancelled": ("cancelled", 9, "Cancelled"),
    "Cancelled: No Recipients": ("cancelled_no_recipients_scheduling", 11, "Cancelled: No Recipients"),
    "Cancelled: Misconfigured": ("cancelled_internal_error", 13, "Cancelled: Internal Error"),
    "Cancelled: Internal Error": ("cancelled_internal_error", 13, "Cancelled: Internal Error"),
}
CANCELLED: Final = frozenset(status for status in STATUSES if status.startswith("Cancelled"))
SEND_STATES: Final = {
    "accepted": "Sent",
    "failed": "Failed",
    "skipped": "Skipped",
    "queued": "Queued",
    "handed_over": "Sending",
}
KINDS: Final = {"mobile_push": "push"}
SEND_TIME: Final = "%Y-%m-%d %H:%M:%S"
CONTENT: Final = {"from_email": "from_email", "from_name": "from_label", "subject": "subject"}


def flat(scope: Scope, found: CampaignView, message: CampaignMessageView | None) -> dict[str, Any]:
    status, number, label = STATUSES.get(found.status, STATUSES["Cancelled"])
    content = message.definition.get("content", {}) if message else {}
    sent_at = found.send_time if status == "sent" else None
    return {
        "object": "campaign",
        "id": found.id,
        "name": found.name,
        "subject": content.get("subject", ""),
        "from_email": content.get("from_email", ""),
        "from_name": content.get("from_label", ""),
        "lists": by_ids(scope, found.audiences.included),
        "excluded_lists": by_ids(scope, found.audiences.excluded),
        "status": status,
        "status_id": number,
        "status_label": label,
        "sent_at": plain_time(sent_at) if sent_at else None,
        "send_time": plain_time(found.send_time) if found.send_time else None,
        "created": plain_time(found.created_at),
        "updated": plain_time(found.updated_at),
        "num_recipients": found.progress.recipients if found.progress else 0,
        "campaign_type": "REGULAR",
        "is_segmented": len(found.audiences.included) > 1 or bool(found.audiences.excluded),
        "message_type": KINDS.get(found.channel, found.channel),
    }


def messages_of(scope: Scope, campaigns: Sequence[CampaignView]) -> dict[str, CampaignMessageView]:
    """The first message of each."""
    ids = queries.message_ids_of(scope, campaigns)
    found = queries.get_messages(scope, [one for some in ids.values() for one in some[:1]])
    return {one.campaign_id: one for one in found}


def list_campaigns(call: Call) -> dict[str, Any]:
    asked = window(call, 50, 100)
    found = queries.list_campaigns(call.scope, Listing(WHOLE, Sort("created_at", descending=True))).rows
    messages = messages_of(call.scope, found[asked.start : asked.start + asked.count])

    def shown(one: CampaignView) -> dict[str, Any]:
        message = messages.get(one.id)
        return {**flat(call.scope, one, message), "template_id": message.template_id if message else ""}

    return page_of(asked, found, shown)


def whole(call: Call, found: CampaignView) -> dict[str, Any]:
    """A campaign with its template."""
    message = messages_of(call.scope, [found]).get(found.id)
    sources = templates.get_templates(call.scope, [message.template_id]) if message and message.template_id else ()
    html = sources[0].html if sources else ""
    template = {"object": "email-template", "id": message.template_id if message else "", "html": html}
    return {**flat(call.scope, found, message), "template": template}


def get_campaign(call: Call) -> dict[str, Any]:
    return whole(call, queries.get_campaign(call.scope, call["campaign"]))


def definition_of(call: Call, subject: str) -> dict[str, Any]:
    content = {"subject": subject, "preview_text": "", "from_email": call.need("from_email")}
    content |= {"from_label": call.need("from_name"), "reply_to_email": call.need("from_email")}
    return {"channel": EMAIL, "label": subject, "content": content}


def create_campaign(call: Call) -> dict[str, Any]:
    subject = call.need("subject")
    template = templates.get_template(call.scope, call.need("template_id"))
    made = actions.create_campaign(
        call.scope,
        name=call.text("name") or subject,
        audiences=Audiences((call.need("list_id"),)),
        messages=[MessageDraft(definition_of(call, subject))],
        send_options={"use_smart_sending": call.flag("use_smart_sending", True)},
        tracking_options={"add_tracking_params": call.flag("add_google_analytics", False)},
        now=call.now,
    )
    assign(call, made, template.id)
    return whole(call, queries.get_campaign(call.scope, made.id))


def assign(call: Call, campaign: CampaignView, template_id: str) -> None:
    for message_id in queries.message_ids_of(call.scope, [campaign]).get(campaign.id, ()):
        actions.assign_template(call.scope, message_id, template_id=template_id, now=call.now)


def update_campaign(call: Call) -> dict[str, Any]:
    """Changes what is given; the template is copied anew."""
    found = queries.get_campaign(call.scope, call["campaign"])
    if call.has("template_id"):
        templates.get_template(call.scope, call.text("template_id"))
    smart = {"use_smart_sending": call.flag("use_smart_sending", True)}
    tracked = {"add_tracking_params": call.flag("add_google_analytics", False)}
    actions.update_campaign(
        call.scope,
        found.id,
        name=call.text("name") or None,
        included=[call.text("list_id")] if call.has("list_id") else None,
        send_options=smart if call.has("use_smart_sending") else None,
        tracking_options=tracked if call.has("add_google_analytics") else None,
        now=call.now,
    )
    content = {own: call.text(name) for name, own in CONTENT.items() if call.has(name)}
    if content:
        for message_id in queries.message_ids_of(call.scope, [found]).get(found.id, ()):
            actions.update_message(call.scope, message_id, definition={"content": content}, now=call.now)
    if call.has("template_id"):
        assign(call, found, call.text("template_id"))
    return get_campaign(call)


def hand_over(call: Call, strategy: dict[str, Any]) -> dict[str, Any]:
    actions.update_campaign(call.scope, call["campaign"], send_strategy=strategy, now=call.now)
    actions.send_campaign(call.scope, call["campaign"], now=call.now)
    return {"status": "queued"}


def send_campaign(call: Call) -> dict[str, Any]:
    return hand_over(call, {"method": "immediate"})


def schedule_campaign(call: Call) -> dict[str, Any]:
    given = call.need("send_time")
    try:
        at = datetime.strptime(given, SEND_TIME).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"send_time must be a time in UTC such as 2024-05-06 07:08:09, not {given[:60]!r}.") from None
    if at <= call.now:
        raise Invalid("send_time must be in the future.")
    return hand_over(call, {"method": "static", "datetime": at.isoformat(), "options": {"is_local": False}})


def cancel_campaign(call: Call) -> dict[str, Any]:
    """Whatever its status, drafts too, and again without effect. What is sent cannot be called back: that is refused,
    since whoever reads "cancelled" believes that nobody got it."""
    if queries.get_campaign(call.scope, call["campaign"]).status not in CANCELLED:
        actions.cancel_campaign(call.scope, call["campaign"], now=call.now, drafts=True)
    return get_campaign(call)


def clone_campaign(call: Call) -> dict[str, Any]:
    list_id, name = call.need("list_id"), call.need("name")
    if not by_ids(call.scope, [list_id]):
        raise Invalid(f"There is no list with id {list_id[:64]}.")
    copy = actions.clone_campaign(call.scope, call["campaign"], name=name, now=call.now)
    return whole(call, actions.update_campaign(call.scope, copy.id, included=[list_id], now=call.now))


def recipients(call: Call) -> dict[str, Any]:
    campaign = queries.get_campaign(call.scope, call["campaign"])
    count = call.number("count", 5000, least=1, most=25_000)
    sort = call.choice("sort", "asc", "asc", "desc")
    listing, secret = cursors.fingerprint("recipients", campaign.id, sort), wiring.secret_key()
    page = cursors.read(secret, listing, call.text("offset"), count)
    where = Compare("campaign_id", "equals", campaign.id)
    found = messaging.list_messages(call.scope, Listing(page, Sort("id", sort == "desc"), where))
    following = cursors.write(secret, listing, found.next, backwards=False) if found.next else None
    data = [recipient(one) for one in found.rows]
    return {"count": len(data), "sort": sort, "data": data, **({"next_offset": following} if following else {})}


def recipient(message: MessageView) -> dict[str, Any]:
    return {
        "email": message.email,
        "customer_id": message.profile_id,
        "status": SEND_STATES.get(message.state, message.state),
        "variation_id": None,
    }


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/campaigns", list_campaigns, READ, M),
    Endpoint("POST", "/api/v1/campaigns", create_campaign, WRITE, M),
    Endpoint("GET", "/api/v1/campaign/{campaign}", get_campaign, READ, M),
    Endpoint("PUT", "/api/v1/campaign/{campaign}", update_campaign, WRITE, M),
    Endpoint("POST", "/api/v1/campaign/{campaign}/send", send_campaign, WRITE, M),
    Endpoint("POST", "/api/v1/campaign/{campaign}/schedule", schedule_campaign, WRITE, M),
    Endpoint("POST", "/api/v1/campaign/{campaign}/cancel", cancel_campaign, WRITE, M),
    Endpoint("POST", "/api/v1/campaign/{campaign}/clone", clone_campaign, WRITE, M),
    Endpoint("GET", "/api/v1/campaign/{campaign}/recipients", recipients, (*READ, "profiles:read"), M),
)
