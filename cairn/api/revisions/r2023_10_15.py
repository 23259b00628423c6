"""2023-10-15: consent is an object per channel and kind; profiles show subscriptions only if asked."""

from typing import Any, Final

from cairn.api.kernel.changes import Body, Change, Parameters, Query
from cairn.api.revisions.parts import Json, inner, known, named, with_data, without

RELEASE: Final = "2023-10-15"
SHOWING: Final = (
    "get_profiles",
    "get_profile",
    "create_profile",
    "update_profile",
    "get_profiles_for_list",
    "get_profiles_for_segment",
)
FIELDS, ADDITIONAL = "fields[profile]", "additional-fields[profile]"


def subscription(document: Json) -> Json:
    attributes = inner(document, "data", "attributes")
    people = inner(attributes, "profiles").get("data")
    if not isinstance(people, list):
        return document
    everybody = [subscribed(one) for one in people]
    return with_data(document, attributes={**attributes, "profiles": {"data": everybody}})


def subscribed(person: Any) -> Any:
    """`{"email": ["MARKETING"]}` becomes today's form; without channels, every address that was given was meant."""
    if not isinstance(person, dict):
        return person
    given = inner(person, "attributes")
    wishes = given.get("subscriptions")
    if wishes is None:
        channels = known(email=given.get("email") and ["MARKETING"], sms=given.get("phone_number") and ["MARKETING"])
    elif isinstance(wishes, dict) and any(isinstance(one, list) for one in wishes.values()):
        channels = wishes
    else:
        return person
    consents = {
        channel: {str(kind).lower(): {"consent": "SUBSCRIBED"} for kind in kinds}
        for channel, kinds in channels.items()
        if isinstance(kinds, list) and kinds
    }
    rest = without(given, "subscriptions")
    return {**person, "attributes": {**rest, "subscriptions": consents} if consents else rest}


def with_subscriptions(query: Query) -> Query:
    """They belonged to every profile, unless the caller chose its attributes."""
    chosen = named(query, FIELDS)
    if chosen and not any(name.startswith("subscriptions") for name in chosen):
        return query
    wanted = dict.fromkeys([*named(query, ADDITIONAL), "subscriptions"])
    return {**query, ADDITIONAL: ",".join(wanted)}


CHANGES: Final[tuple[Change, ...]] = (
    Body(RELEASE, ("bulk_subscribe_profiles",), subscription),
    Parameters(RELEASE, SHOWING, with_subscriptions),
)
