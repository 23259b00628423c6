"""A message's definition: checked when written, turned into content when sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cairn.domains.accounts import queries as accounts
from cairn.domains.campaigns import audience
from cairn.domains.campaigns.contracts import EMAIL
from cairn.domains.campaigns.models import Campaign, CampaignMessage
from cairn.domains.lists import queries as lists
from cairn.domains.messaging import queries as messaging
from cairn.domains.messaging.contracts import Content, Organization
from cairn.domains.templates import queries as templates
from cairn.infra.mail import mime
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

EMAIL_FIELDS: Final = ("subject", "preview_text", "from_email", "from_label", "reply_to_email", "cc_email", "bcc_email")
ADDRESS_FIELDS: Final = ("from_email", "reply_to_email", "cc_email", "bcc_email")
CODED_FIELDS: Final = ("subject", "preview_text")
LONGEST: Final = 2000


def check(definition: Mapping[str, Any], pointer: str) -> None:
    """Raises Invalid where a text is too long, an address is none, or template code fails."""
    content = definition.get("content") or {}
    if definition.get("channel") != EMAIL:
        return
    for name in EMAIL_FIELDS:
        value = content.get(name) or ""
        at = f"{pointer}/content/{name}"
        if len(value) > LONGEST:
            raise Invalid(f"'{name}' may have at most {LONGEST} characters.", pointer=at)
        if name in ADDRESS_FIELDS and value and not mime.is_address(value):
            raise Invalid(f"{value[:100]!r} is not an email address.", pointer=at)
        if name in CODED_FIELDS and value:
            templates.compiled(value, markup=False, pointer=at)


def merged(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A definition after a partial update: content fields that are not named stay."""
    content = {**(before.get("content") or {}), **(change.get("content") or {})}
    result = {**before, **change}
    return {**result, "content": content} if content else result


def content_of(scope: Scope, campaign: Campaign, message: CampaignMessage) -> Content:
    """All that is sent, as it is at this moment. Raises Invalid where something is missing, NotFound for a template
    that is gone."""
    written = message.definition.get("content") or {}
    account = accounts.get_account(scope, scope.account_id)
    if not message.template_id:
        raise Invalid("The message has no template. Assign one before sending.")
    template = templates.get_template(scope, message.template_id)
    from_email = written.get("from_email") or account.sender_email
    for value, what in ((written.get("subject"), "subject"), (from_email, "from_email"), (template.html, "html")):
        if not value:
            raise Invalid(f"The message has no {what}.")
    known = audience.names(scope, campaign.included)
    tracking = campaign.tracking_options
    only = audience.only_list(scope, campaign.included)
    return Content(
        list_id=only,
        narrow=bool(only) and lists.get_settings(scope, scope.account_id).unsubscribe_from == "list",
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        subject=written["subject"],
        preview_text=written.get("preview_text") or "",
        from_email=from_email,
        from_label=written.get("from_label") or account.sender_name or account.name,
        reply_to=written.get("reply_to_email") or "",
        cc=written.get("cc_email") or "",
        bcc=written.get("bcc_email") or "",
        html=template.html,
        text=template.text or "",
        parameters=messaging.parameters_for(scope, "campaign", tracking),
        track_clicks=tracking.get("is_tracking_clicks") is not False,
        track_opens=tracking.get("is_tracking_opens") is not False,
        smart_sending=campaign.send_options.get("use_smart_sending") is not False,
        groups=[(group_id, known[group_id]) for group_id in campaign.included if group_id in known],
        organization=organization(account.name, account.website_url, account.address),
        currency=account.currency,
        timezone=account.timezone,
    )


def organization(name: str, url: str, address: Mapping[str, Any]) -> Organization:
    def part(key: str) -> str:
        return str(address.get(key) or "")

    return Organization(
        name=name,
        url=url,
        street_address=part("address1"),
        street_address2=part("address2"),
        city=part("city"),
        region=part("region"),
        zip_code=part("zip"),
        country=part("country"),
    )


def send_times(strategy: Mapping[str, Any], scheduled: datetime | None) -> list[dict[str, Any]]:
    """When a message is set to go out, as the API shows it."""
    if strategy.get("datetime"):
        return [{"datetime": strategy["datetime"], "is_local": bool((strategy.get("options") or {}).get("is_local"))}]
    return [{"datetime": scheduled.isoformat(), "is_local": False}] if scheduled else []
