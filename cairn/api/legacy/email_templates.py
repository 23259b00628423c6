"""Templates for mails, as forms know them."""

import re
from typing import Any, Final

from cairn.api.kernel.ratelimit import Limit, S
from cairn.api.legacy.calls import Call, structure
from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.formats import page_of, plain_time, window
from cairn.api.legacy.lists import WHOLE
from cairn.domains.flows import actions as flows
from cairn.domains.messaging import actions as messaging
from cairn.domains.messaging.contracts import Content
from cairn.domains.messaging.queries import text_of
from cairn.domains.templates import actions, queries
from cairn.domains.templates.contracts import TemplateView
from cairn.kernel.errors import Invalid
from cairn.kernel.listing import Listing, Sort

READ, WRITE = ("templates:read",), ("templates:write",)
SENDS: Final = Limit(3, 60, 1000)
SENDS_PER_HOUR: Final = 100
BY_SOURCE: Final = "CODE"


def template(found: TemplateView) -> dict[str, Any]:
    return {
        "object": "email-template",
        "id": found.id,
        "name": found.name,
        "html": found.html,
        "is_writeable": found.editor_type == BY_SOURCE,
        "created": plain_time(found.created),
        "updated": plain_time(found.updated),
    }


def list_templates(call: Call) -> dict[str, Any]:
    rows = queries.list_templates(call.scope, Listing(WHOLE, Sort("name"))).rows
    return page_of(window(call, 50, 100), rows, template)


def get_template(call: Call) -> dict[str, Any]:
    return template(queries.get_template(call.scope, call["template"]))


def create_template(call: Call) -> dict[str, Any]:
    name, html = call.need("name"), call.need("html")
    return template(actions.create_template(call.scope, name=name, editor_type=BY_SOURCE, html=html, now=call.now))


def update_template(call: Call) -> dict[str, Any]:
    found = queries.get_template(call.scope, call["template"])
    if found.editor_type != BY_SOURCE:
        raise Invalid("A template of the drag-and-drop editor cannot be changed here.")
    changes = {name: call.need(name) for name in ("name", "html") if name in call.parameters}
    return template(actions.update_template(call.scope, found.id, changes, now=call.now))


def delete_template(call: Call) -> dict[str, Any]:
    gone = get_template(call)
    flows.delete_template(call.scope, call["template"])
    return gone


def clone_template(call: Call) -> dict[str, Any]:
    copy = actions.clone_template(call.scope, call["template"], name=call.need("name"), now=call.now)
    return template(copy)


def rendered(call: Call) -> dict[str, Any]:
    found = queries.get_template(call.scope, call["template"])
    filled = queries.render_template(call.scope, found.id, call.mapping("context"), now=call.now)
    texts = {"html": filled.html, "text": filled.text if filled.text is not None else text_of(filled.html)}
    return {"object": "email-template", "id": found.id, "name": found.name, "data": texts}


def send(call: Call) -> dict[str, Any]:
    """One mail for trying out: nothing is recorded, nobody becomes a profile."""
    found = rendered(call)
    content = Content(
        subject=call.need("subject"),
        from_email=call.need("from_email"),
        from_label=call.need("from_name"),
        html=found["data"]["html"],
    )
    messaging.send_test(call.scope, content=content, emails=receivers(call), profile_id=None, now=call.now)
    return found


def receivers(call: Call) -> list[str]:
    """A bare address, or JSON with names and addresses."""
    given = call.need("to") if not isinstance(call.parameters.get("to"), list) else call.parameters["to"]
    if isinstance(given, str) and not re.match(r"\s*\[", given):
        return [given]
    found = structure(given) if isinstance(given, str) else given
    emails = [one.get("email") for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not emails or not all(isinstance(one, str) for one in emails):
        raise Invalid('to must be an address, or JSON such as [{"name": "Ines", "email": "ines@example.com"}].')
    return [str(one) for one in emails]


ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/email-templates", list_templates, READ),
    Endpoint("POST", "/api/v1/email-templates", create_template, WRITE),
    Endpoint("GET", "/api/v1/email-template/{template}", get_template, READ),
    Endpoint("PUT", "/api/v1/email-template/{template}", update_template, WRITE),
    Endpoint("DELETE", "/api/v1/email-template/{template}", delete_template, WRITE),
    Endpoint("POST", "/api/v1/email-template/{template}/clone", clone_template, WRITE),
    Endpoint("POST", "/api/v1/email-template/{template}/render", rendered, READ, S),
    Endpoint("POST", "/api/v1/email-template/{template}/send", send, WRITE, SENDS, SENDS_PER_HOUR),
)
