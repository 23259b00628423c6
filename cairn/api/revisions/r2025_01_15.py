"""2025-01-15: a campaign message has a definition; strategies lie flat; unsubscribing names channels."""

from typing import Any, Final

from cairn.api.kernel.changes import Body, Change, Shown
from cairn.api.revisions.parts import Json, inner, with_data, without

RELEASE: Final = "2025-01-15"
EMAIL, SMS, PUSH = "email", "sms", "mobile_push"
DEFINED: Final = ("channel", "label", "content", "render_options")
# Names of tracking options before, and now.
TRACKING: Final = {"is_add_utm": "add_tracking_params", "utm_params": "custom_tracking_params"}


def campaign(document: Json) -> Json:
    attributes = dict(inner(document, "data", "attributes"))
    if not attributes:
        return document
    if isinstance(attributes.get("send_strategy"), dict):
        attributes["send_strategy"] = strategy(attributes["send_strategy"])
    if isinstance(attributes.get("tracking_options"), dict):
        attributes["tracking_options"] = tracking(attributes["tracking_options"])
    messages = inner(attributes, "campaign-messages").get("data")
    if isinstance(messages, list):
        attributes["campaign-messages"] = {"data": [message(one) for one in messages]}
    return with_data(document, attributes=attributes)


def strategy(given: Json) -> Json:
    """The method's options, which lay under a name of their own, lie beside it."""
    method = given.get("method")
    options = next((given[name] for name in given if name.startswith("options_") and given[name]), None)
    if not isinstance(options, dict):
        return {name: value for name, value in given.items() if not name.startswith("options_")}
    if method == "static":
        local = without(options, "datetime")
        return {"method": method, "datetime": options.get("datetime"), **({"options": local} if local else {})}
    return {"method": method, **options}


def tracking(given: Json) -> Json:
    found = {TRACKING.get(name, name): value for name, value in given.items()}
    custom = found.get("custom_tracking_params")
    if isinstance(custom, list):
        found["custom_tracking_params"] = [
            {"type": "static", **one} if isinstance(one, dict) else one for one in custom
        ]
    return found


def message(given: Any) -> Any:
    attributes = inner(given, "attributes")
    if not isinstance(given, dict) or "definition" in attributes or not attributes:
        return given
    definition = {name: attributes[name] for name in DEFINED if attributes.get(name) is not None}
    return {**given, "attributes": {**without(attributes, *DEFINED), "definition": definition}}


def message_changes(document: Json) -> Json:
    """Changes never named the channel; the content tells."""
    data = message(inner(document, "data"))
    definition = inner(data, "attributes", "definition")
    if definition:
        content = inner(definition, "content")
        channel = PUSH if "title" in content else SMS if "body" in content else EMAIL
        data["attributes"]["definition"] = {"channel": channel, **definition}
    return {**document, "data": data} if data else document


def unsubscription(document: Json) -> Json:
    """Without channels, every address that was given was meant."""
    attributes = inner(document, "data", "attributes")
    people = inner(attributes, "profiles").get("data")
    if not isinstance(people, list):
        return document
    everybody = [unsubscribed(one) for one in people]
    return with_data(document, attributes={**attributes, "profiles": {"data": everybody}})


def unsubscribed(person: Any) -> Any:
    given = inner(person, "attributes")
    if not isinstance(person, dict) or "subscriptions" in given:
        return person
    leaf = {"marketing": {"consent": "UNSUBSCRIBED"}}
    wishes = {channel: leaf for name, channel in (("email", EMAIL), ("phone_number", SMS)) if given.get(name)}
    return {**person, "attributes": {**given, "subscriptions": wishes}} if wishes else person


def shown_campaign(resource: Json) -> Json:
    attributes = dict(resource["attributes"])
    if "send_strategy" in attributes:
        attributes["send_strategy"] = nested(attributes["send_strategy"])
    if "tracking_options" in attributes:
        options = attributes["tracking_options"] or {}
        older = {old: options[new] for old, new in TRACKING.items() if new in options}
        attributes["tracking_options"] = {**options, **older}
    return {**resource, "attributes": attributes}


def nested(given: Any) -> Json:
    """A strategy with its options under their old names."""
    given = given or {}
    method, at = given.get("method"), given.get("datetime")
    found = {"method": method, "options_static": None, "options_throttled": None, "options_sto": None}
    if method == "static":
        found["options_static"] = {"datetime": at, **inner(given, "options")}
    elif method == "throttled":
        found["options_throttled"] = {"datetime": at, "throttle_percentage": given.get("throttle_percentage")}
    elif method == "smart_send_time":
        found["options_sto"] = {"date": given.get("date")}
    return found


def shown_message(resource: Json) -> Json:
    definition = resource["attributes"].get("definition")
    if not isinstance(definition, dict):
        return resource
    shown = {name: definition.get(name) for name in DEFINED}
    return {**resource, "attributes": {**without(resource["attributes"], "definition"), **shown}}


CHANGES: Final[tuple[Change, ...]] = (
    Body(RELEASE, ("create_campaign", "update_campaign"), campaign),
    Body(RELEASE, ("update_campaign_message",), message_changes),
    Body(RELEASE, ("bulk_unsubscribe_profiles",), unsubscription),
    Shown(RELEASE, "campaign", shown_campaign),
    Shown(RELEASE, "campaign-message", shown_message),
)
