"""2023-07-15: jobs and events hold JSON:API documents; messages of campaigns are resources; relationships are named in
the singular."""

from typing import Any, Final

from cairn.api.kernel.changes import Body, Change, Moved, Parameters, Query, Shown
from cairn.api.legacy.special_keys import IDENTIFIERS, PLACES, STANDARD, VERBS
from cairn.api.revisions.parts import Json, identifier, inner, known, named, with_data, without

RELEASE: Final = "2023-07-15"
CHANNEL_FILTER: Final = "messages.channel"


def profile(attributes: Json, id_: Any = None) -> Json:
    return {"type": "profile", **known(id=id_), "attributes": attributes}


def job(document: Json, type_: str, people: list[Json], list_id: Any, **attributes: Any) -> Json:
    """A bulk job in today's form."""
    relationships = {"relationships": {"list": identifier("list", list_id)}} if list_id else {}
    data = {"type": type_, "attributes": {**known(**attributes), "profiles": {"data": people}}, **relationships}
    return {**document, "data": data}


def subscription(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    given = attributes.get("subscriptions")
    if not isinstance(given, list):
        return document
    people = [
        profile(
            known(
                email=one.get("email"),
                phone_number=one.get("phone_number"),
                subscriptions=one.get("channels"),
            ),
            one.get("profile_id"),
        )
        if isinstance(one, dict)
        else one
        for one in given
    ]
    source = attributes.get("custom_source")
    return job(
        document,
        "profile-subscription-bulk-create-job",
        people,
        attributes.get("list_id"),
        custom_source=source,
    )


def unsubscription(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    if "profiles" in attributes or not ("emails" in attributes or "phone_numbers" in attributes):
        return document
    people = [profile({"email": one}) for one in listed(attributes.get("emails"))]
    people += [profile({"phone_number": one}) for one in listed(attributes.get("phone_numbers"))]
    return job(document, "profile-subscription-bulk-delete-job", people, attributes.get("list_id"))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def suppression(document: Json) -> Json:
    return suppressions(document, "profile-suppression-bulk-create-job")


def unsuppression(document: Json) -> Json:
    return suppressions(document, "profile-suppression-bulk-delete-job")


def suppressions(document: Json, type_: str) -> Json:
    given = inner(document, "data", "attributes").get("suppressions")
    if not isinstance(given, list):
        return document
    return job(document, type_, [profile(one) if isinstance(one, dict) else one for one in given], None)


def event(document: Json) -> Json:
    """The profile was a property object with dollar signs, the metric its bare attributes."""
    attributes = dict(inner(document, "data", "attributes"))
    metric, person = attributes.get("metric"), attributes.get("profile")
    if isinstance(metric, dict) and "data" not in metric:
        attributes["metric"] = {"data": {"type": "metric", "attributes": metric}}
    if isinstance(person, dict) and not isinstance(person.get("data"), dict):
        attributes["profile"] = {"data": person_of(person)}
    return with_data(document, attributes=attributes) if attributes else document


def person_of(given: Json) -> Json:
    """A property object as a profile resource."""
    attributes: Json = {}
    location: Json = {}
    properties: Json = {}
    verbs: Json = {}
    id_ = None
    for name, value in given.items():
        own = IDENTIFIERS.get(name)
        if own == "id":
            id_ = value
        elif own is not None:
            attributes["_kx" if own == "kx" else own] = value
        elif name in STANDARD:
            attributes[STANDARD[name]] = value
        elif name in PLACES:
            location[PLACES[name]] = value
        elif name in VERBS:
            verbs[name.removeprefix("$")] = value
        else:
            properties[name] = value
    attributes |= {**({"location": location} if location else {}), **({"properties": properties} if properties else {})}
    meta = {"meta": {"patch_properties": verbs}} if verbs else {}
    return {**profile(attributes, id_), **meta}


def client_subscription(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    if "list_id" not in attributes:
        return document
    person = known(**{name: attributes.get(name) for name in ("email", "phone_number", "properties")})
    found = known(custom_source=attributes.get("custom_source"), profile={"data": profile(person)})
    relationships = {"list": identifier("list", attributes["list_id"])}
    return with_data(document, attributes=found, relationships=relationships)


def deletion(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    if "profile" in attributes or not attributes:
        return document
    person = profile(without(attributes, "profile_id"), attributes.get("profile_id"))
    return with_data(document, attributes={"profile": {"data": person}})


def assignment(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    if "template_id" not in attributes:
        return document
    relationships = {"template": identifier("template", attributes["template_id"])}
    return with_data(document, attributes=without(attributes, "template_id"), relationships=relationships)


def campaign(document: Json) -> Json:
    """A campaign came without messages, and got one of its channel."""
    attributes = inner(document, "data", "attributes")
    if "channel" not in attributes or "campaign-messages" in attributes:
        return document
    first = {"type": "campaign-message", "attributes": {"channel": attributes["channel"], "content": {}}}
    rest = without(attributes, "channel")
    return with_data(document, attributes={**rest, "campaign-messages": {"data": [first]}})


def message(document: Json) -> Json:
    """The content named the template, which has a call of its own."""
    attributes = inner(document, "data", "attributes")
    content = inner(attributes, "content")
    if not content:
        return document
    kept = without(content, "template_id", "template_name")
    return with_data(document, attributes={**attributes, "content": kept})


def with_channel(query: Query) -> Query:
    """Campaigns of all channels could be listed at once; mails were what there was."""
    if CHANNEL_FILTER in query.get("filter", ""):
        return query
    email = f'equals({CHANNEL_FILTER},"email")'
    return {**query, "filter": f"{query['filter']},{email}" if query.get("filter") else email}


def event_query(query: Query) -> Query:
    """Relationships in the plural, and their ids among the attributes, which are shown in any case."""
    found = dict(query)
    if "include" in found:
        found["include"] = ",".join(one.removesuffix("s") for one in named(query, "include"))
    if "fields[event]" in found:
        chosen = [one for one in named(query, "fields[event]") if one not in ("metric_id", "profile_id")]
        found["fields[event]"] = ",".join(chosen or ["timestamp"])
    return found


def shown_event(resource: Json) -> Json:
    relationships = dict(resource.get("relationships") or {})
    ids = {}
    for name in ("metric", "profile"):
        one = relationships.pop(name, None)
        if not isinstance(one, dict):
            continue
        target = one.get("data")
        ids[f"{name}_id"] = target["id"] if isinstance(target, dict) else None
        relationships[f"{name}s"] = {**one, "data": [target] if target else []}
    return {**resource, "attributes": {**resource["attributes"], **ids}, "relationships": relationships}


def shown_campaign(resource: Json) -> Json:
    """The campaign itself named its message."""
    messages = inner(resource, "relationships", "campaign-messages").get("data") or [{}]
    return {**resource, "attributes": {**resource["attributes"], "message": messages[0].get("id")}}


EVENTS: Final = "/api/events/{id}"
CHANGES: Final[tuple[Change, ...]] = (
    Body(RELEASE, ("bulk_subscribe_profiles",), subscription),
    Body(RELEASE, ("bulk_unsubscribe_profiles",), unsubscription),
    Body(RELEASE, ("bulk_suppress_profiles",), suppression),
    Body(RELEASE, ("bulk_unsuppress_profiles",), unsuppression),
    Body(RELEASE, ("create_event", "create_client_event"), event),
    Body(RELEASE, ("create_client_subscription",), client_subscription),
    Body(RELEASE, ("request_profile_deletion",), deletion),
    Body(RELEASE, ("assign_template_to_campaign_message",), assignment),
    Body(RELEASE, ("create_campaign",), campaign),
    Body(RELEASE, ("update_campaign_message",), message),
    Parameters(RELEASE, ("get_campaigns",), with_channel),
    Parameters(RELEASE, ("get_events", "get_event"), event_query),
    Shown(RELEASE, "event", shown_event),
    Shown(RELEASE, "campaign", shown_campaign),
    Moved(
        RELEASE,
        "POST",
        "/api/profile-unsubscription-bulk-create-jobs",
        "/api/profile-subscription-bulk-delete-jobs",
    ),
    Moved(
        RELEASE,
        "POST",
        "/api/profile-unsuppression-bulk-create-jobs",
        "/api/profile-suppression-bulk-delete-jobs",
    ),
    Moved(RELEASE, "GET", f"{EVENTS}/metrics", f"{EVENTS}/metric"),
    Moved(RELEASE, "GET", f"{EVENTS}/profiles", f"{EVENTS}/profile"),
    Moved(RELEASE, "GET", f"{EVENTS}/relationships/metrics", f"{EVENTS}/relationships/metric"),
    Moved(RELEASE, "GET", f"{EVENTS}/relationships/profiles", f"{EVENTS}/relationships/profile"),
)
