"""What an upgrade must keep: a small shop's story, told through the API, and the questions asked of it later."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.server import Server, eventually

OWNER = "owner@upgrade.example"
DOMAIN = "upgrade.example"
LAST = 3
HTML = "<html><body><p>Dear {{ first_name|default:'friend' }}</p><a href='http://shop.example/'>Shop</a></body></html>"
QUESTIONS = (
    "/api/accounts",
    "/api/profiles?sort=email&additional-fields[profile]=subscriptions",
    "/api/lists?sort=name",
    "/api/segments?sort=name",
    "/api/tags",
    "/api/templates",
    "/api/metrics",
    "/api/messages",
    "/api/inbox-messages",
    '/api/campaigns?filter=equals(messages.channel,"email")',
)

Document = dict[str, Any]


def post(api: httpx.Client, path: str, data: Document) -> Document:
    answer = api.post(path, json={"data": data})
    assert answer.is_success, answer.text
    made: Document = answer.json()["data"] if answer.content else {}
    return made


def create(api: httpx.Client, kind: str, attributes: Mapping[str, Any], **links: Document) -> Document:
    data = {"type": kind, "attributes": attributes, "relationships": {name: {"data": to} for name, to in links.items()}}
    return post(api, f"/api/{kind}s", data)


def found(api: httpx.Client, path: str) -> list[Document]:
    answer = api.get(path)
    assert answer.is_success, answer.text
    data: list[Document] = answer.json()["data"]
    return data


def order(api: httpx.Client, name: str, unique_id: str, value: float) -> None:
    """An event of the person `name`."""
    attributes = {
        "profile": {"data": {"type": "profile", "attributes": {"email": f"{name}@{DOMAIN}", "first_name": name}}},
        "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
        "properties": {"Items": ["Lantern", "Лампа"], "Size": {"width": 3}},
        "value": value,
        "value_currency": "EUR",
        "time": "2026-11-01T10:00:00+00:00",
        "unique_id": unique_id,
    }
    create(api, "event", attributes)


def metric(api: httpx.Client, name: str) -> str | None:
    return next((str(one["id"]) for one in found(api, "/api/metrics") if one["attributes"]["name"] == name), None)


def live(server: Server, api: httpx.Client) -> None:
    """Customers, orders, consent, a suppression, a merge, a segment, a campaign in two inboxes."""
    people = {
        name: create(api, "profile", {"email": f"{name}@{DOMAIN}", "properties": {"Likes": ["tea", 7, None]}})["id"]
        for name in ("ana", "ben", "cem", "dee")
    }
    for name, unique_id, value in (("ana", "1", 20.25), ("ana", "2", 9.5), ("ben", "3", 5), ("dee", "4", 1)):
        order(api, name, unique_id, value)
    eventually(lambda: len(found(api, "/api/events")) == 4, "the orders")
    letter = create(api, "list", {"name": "Letter"})["id"]
    subscribe(api, letter, "ana", "ben")
    suppressed = {"profiles": {"data": [{"type": "profile", "attributes": {"email": f"cem@{DOMAIN}"}}]}}
    create(api, "profile-suppression-bulk-create-job", suppressed)
    merged = {"profiles": {"data": [{"type": "profile", "id": people["dee"]}]}}
    post(api, "/api/profile-merge", {"type": "profile-merge", "id": people["ben"], "relationships": merged})
    eventually(lambda: len(found(api, f'/api/profiles?filter=equals(email,"dee@{DOMAIN}")')) <= 1, "the merge")
    make_segment(api)
    send_campaign(api, letter)
    create(api, "tag", {"name": "Winter"})
    eventually(lambda: events_of(api, people["ben"]) >= 5, "the merged profile's events")
    eventually(server.is_well, "calm")


def subscribe(api: httpx.Client, letter: str, *names: str) -> None:
    consent = {"email": {"marketing": {"consent": "SUBSCRIBED"}}}
    people = [
        {"type": "profile", "attributes": {"email": f"{name}@{DOMAIN}", "subscriptions": consent}} for name in names
    ]
    attributes = {"profiles": {"data": people}, "custom_source": "Counter"}
    create(api, "profile-subscription-bulk-create-job", attributes, list={"type": "list", "id": letter})
    eventually(lambda: len(found(api, f"/api/lists/{letter}/profiles")) == len(names), "the subscriptions")


def make_segment(api: httpx.Client) -> None:
    condition = {
        "type": "profile-metric",
        "metric_id": metric(api, "Placed Order"),
        "measurement": "sum",
        "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 25},
        "timeframe_filter": {"type": "date", "operator": "alltime"},
    }
    definition = {"condition_groups": [{"conditions": [condition]}]}
    made = create(api, "segment", {"name": "Spent 25", "definition": definition})["id"]
    eventually(lambda: len(found(api, f"/api/segments/{made}/profiles")) == 1, "the segment's member")


def send_campaign(api: httpx.Client, audience: str) -> None:
    content = {"subject": "News", "from_email": f"shop@{DOMAIN}", "from_label": "Shop"}
    message = {"definition": {"channel": "email", "label": "News", "content": content}}
    attributes = {
        "name": "News",
        "audiences": {"included": [audience], "excluded": []},
        "send_strategy": {"method": "immediate"},
        "campaign-messages": {"data": [{"type": "campaign-message", "attributes": message}]},
    }
    campaign = create(api, "campaign", attributes)
    template = create(api, "template", {"name": "News", "editor_type": "CODE", "html": HTML})
    assigned = {
        "type": "campaign-message",
        "id": campaign["relationships"]["campaign-messages"]["data"][0]["id"],
        "relationships": {"template": {"data": {"type": "template", "id": template["id"]}}},
    }
    post(api, "/api/campaign-message-assign-template", assigned)
    post(api, "/api/campaign-send-jobs", {"type": "campaign-send-job", "id": campaign["id"]})
    eventually(lambda: len(found(api, "/api/inbox-messages")) == 2, "the letters")
    eventually(lambda: received(api) == 2, "their events")
    path = f"/api/campaigns/{campaign['id']}"
    eventually(lambda: api.get(path).json()["data"]["attributes"]["status"] == "Sent", "the campaign's end")


def events_of(api: httpx.Client, profile_id: str) -> int:
    return len(found(api, f'/api/events?filter=equals(profile_id,"{profile_id}")'))


def received(api: httpx.Client) -> int:
    own = metric(api, "Received Email")
    return len(found(api, f'/api/events?filter=equals(metric_id,"{own}")')) if own else 0


def answers(api: httpx.Client) -> dict[str, list[Document]]:
    """What the account shows of itself."""
    shown = {question: found(api, question) for question in QUESTIONS}
    for kind in ("list", "segment"):
        for group in found(api, f"/api/{kind}s"):
            question = f"/api/{kind}s/{group['id']}/relationships/profiles"
            shown[question] = found(api, question)
    for person in found(api, "/api/profiles"):
        question = f'/api/events?filter=equals(profile_id,"{person["id"]}")&sort=datetime'
        shown[question] = found(api, question)
    return shown


def late_order(api: httpx.Client) -> str | None:
    """The id of the order that was accepted just before the end."""
    question = f'/api/events?filter=equals(profile_id,"{ben(api)}")'
    values = {str(one["id"]): one["attributes"]["event_properties"].get("$value") for one in found(api, question)}
    return next((identifier for identifier, value in values.items() if value == LAST), None)


def ben(api: httpx.Client) -> str:
    identifier: str = found(api, f'/api/profiles?filter=equals(email,"ben@{DOMAIN}")')[0]["id"]
    return identifier
