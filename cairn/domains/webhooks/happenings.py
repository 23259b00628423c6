"""What is told: events as the API shows them, and people who enter or leave a segment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from cairn import wiring
from cairn.domains.events import queries as events
from cairn.domains.events.contracts import StoredEvent
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments.contracts import SegmentChanged
from cairn.domains.webhooks import topics
from cairn.domains.webhooks.contracts import Happening
from cairn.kernel.scope import Scope


def of_events(scope: Scope, stored: Iterable[StoredEvent], wanted: set[str]) -> list[Happening]:
    """Those of the events whose topic somebody wants, as GET /api/events/{id} shows them."""
    chosen = [
        (topic, one)
        for one in stored
        if (topic := topics.of_metric(one.service, one.metric_name)) in wanted and not one.backfill
    ]
    if not chosen:
        return []
    people = profiles.ids_of(scope, {one.profile for _, one in chosen})
    metrics = {metric.number: metric.id for metric in events.all_metrics(scope)}
    base = wiring.settings().public_url
    return [
        Happening(
            topic,
            str(one.id),
            event_payload(base, one, people.get(one.profile, ""), metrics.get(one.metric, "")),
            one.profile,
        )
        for topic, one in chosen
    ]


def event_payload(base: str, event: StoredEvent, profile_id: str, metric_id: str) -> bytes:
    attributes = {
        "timestamp": event.ts,
        "event_properties": msgspec.Raw(event.properties or b"{}"),
        "datetime": datetime.fromtimestamp(event.ts, UTC).isoformat(),
        "uuid": str(event.id),
    }
    return resource(base, "event", str(event.id), attributes, profile=profile_id, metric=metric_id)


def of_segment(scope: Scope, topic: str, change: SegmentChanged) -> list[Happening]:
    """One for each person. The same change told again has the same external ids."""
    base = wiring.settings().public_url
    moment = datetime.fromtimestamp(change.at / 1000, UTC).isoformat(timespec="milliseconds")
    attributes = {"datetime": moment, "change": topic.partition(":")[2]}
    found = []
    for number, profile_id in change.profiles:
        external_id = f"{topic}:{change.segment_id}:{change.at}:{profile_id}"
        payload = resource(
            base, "segment-membership", external_id, attributes, profile=profile_id, segment=change.segment_id
        )
        found.append(Happening(topic, external_id, payload, number))
    return found


def example(scope: Scope, topic: str, external_id: str, *, now: datetime) -> Happening:
    """What a test tells: of the right shape, about nobody."""
    base = wiring.settings().public_url
    if topic in topics.EXTENSIONS:
        change = SegmentChanged("XmP1eS", 0, int(now.timestamp() * 1000), [(0, "01JCEXAMPLEPROFILE00000000")])
        return replace(of_segment(scope, topic, change)[0], external_id=external_id)
    properties = msgspec.json.encode({"test": True, "email_address": "ann@example.com", "Subject": "A test"})
    event = StoredEvent(
        id=UUID(int=0),
        profile=0,
        metric=0,
        metric_name=topic,
        service="",
        ts=int(now.timestamp()),
        value=0,
        currency="",
        message="",
        machine=0,
        received=int(now.timestamp() * 1000),
        properties=properties,
    )
    return Happening(topic, external_id, event_payload(base, event, "01JCEXAMPLEPROFILE00000000", "XmP1eM"))


def resource(base: str, kind: str, id_: str, attributes: dict[str, Any], **related: str) -> bytes:
    """A JSON:API document with one resource and what it belongs to."""
    here = f"{base}/api/{kind}s/{id_}"
    relationships = {
        name: {
            "data": {"type": name, "id": other} if other else None,
            "links": {"self": f"{here}/relationships/{name}/", "related": f"{here}/{name}/"},
        }
        for name, other in related.items()
    }
    data: dict[str, Any] = {"type": kind, "id": id_, "attributes": attributes}
    if kind == "event":
        data |= {"relationships": relationships, "links": {"self": f"{here}/"}}
    else:  # Ours alone, and at no address of its own.
        data["relationships"] = {name: {"data": one["data"]} for name, one in relationships.items()}
    return msgspec.json.encode({"data": data})


def topics_of(scope: Scope) -> Sequence[str]:
    """All topics of the account, in order."""
    own = {topics.of_metric(metric.service, metric.name) for metric in events.all_metrics(scope)}
    return sorted(own | set(topics.WELL_KNOWN)) + list(topics.EXTENSIONS)
