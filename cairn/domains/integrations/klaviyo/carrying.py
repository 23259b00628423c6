"""What each kind of thing of a Klaviyo account becomes here: one function for a page of each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from cairn import wiring
from cairn.domains.events import actions as events
from cairn.domains.events import queries as event_queries
from cairn.domains.events.contracts import OWN_SERVICE, EventDraft, RecordEvents
from cairn.domains.images import actions as images
from cairn.domains.integrations.klaviyo import people
from cairn.domains.integrations.klaviyo.known import Known
from cairn.domains.integrations.klaviyo.source import Page
from cairn.domains.lists import actions as lists
from cairn.domains.lists import queries as list_queries
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ImportedPerson, ProfilePatch
from cairn.domains.segments import actions as segments
from cairn.domains.tags import actions as tags
from cairn.domains.tags import queries as tag_queries
from cairn.domains.templates import actions as templates
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel import clock
from cairn.kernel.errors import CairnError, Conflict, NotFound, Unavailable
from cairn.kernel.listing import Listing, Sort
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope

METHOD: Final = "MANUAL_IMPORT"
MOST_REASONS: Final = 20
EVENTS_PER_RECORD: Final = 500


@dataclass(slots=True)
class Result:
    """What became of a page: counts by word, and reasons by how often each kept something back."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def leave(self, reason: str) -> None:
        self.counts["left_behind"] += 1
        self.reasons[reason[:300]] += 1


@dataclass(frozen=True, slots=True)
class Move:
    """A move under way: whose account, what is known of it already, where it comes from, and when it began."""

    scope: Scope
    known: Known
    source: str
    began: datetime
    now: datetime

    @property
    def accepted(self) -> int:
        return clock.millis(self.began)


Carry = Callable[[Move, Page, str], Result]
"""Makes what a page holds; the text names the collection that the page is of, where there are several."""


def each(page: Page, make: Callable[[dict[str, Any]], str]) -> Result:
    """Make one after the other. What is refused is told with its name, and stops nothing."""
    result = Result()
    for row in page.rows:
        try:
            result.counts[make(row)] += 1
        except Unavailable:
            raise
        except CairnError as problem:
            name = (row.get("attributes") or {}).get("name") or row.get("id")
            result.leave(f"{name}: {problem}")
    return result


def carry_tags(move: Move, page: Page, _: str) -> Result:
    def make(row: dict[str, Any]) -> str:
        name = row["attributes"]["name"]
        if move.known.id_of("tag", row["id"]):
            return "unchanged"
        try:
            own = tags.create_tag(move.scope, name=name).id
        except Conflict:
            own = next(tag.id for tag in every_tag(move.scope) if tag.name.lower() == name.strip().lower())
        move.known.note("tag", row["id"], own)
        return "copied"

    return each(page, make)


def every_tag(scope: Scope) -> Sequence[Any]:
    return tag_queries.list_tags(scope, Listing(PageRequest(size=1000), Sort("name"))).rows


def carry_lists(move: Move, page: Page, _: str) -> Result:
    by_name = {row.name: row.id for row in list_queries.every_list(move.scope)}

    def make(row: dict[str, Any]) -> str:
        attributes = row["attributes"]
        own = move.known.id_of("list", row["id"])
        word = "unchanged"
        if own is None or not list_queries.lists_by_ids(move.scope, [own]):
            word, own = "copied", by_name.get(attributes["name"])
            if own is None:
                opt_in = attributes.get("opt_in_process") or "single_opt_in"
                own = lists.create_list(move.scope, name=attributes["name"], opt_in_process=opt_in, now=move.now).id
            move.known.note("list", row["id"], own)
        put_tags(move, row, "list", own)
        return word

    return each(page, make)


def put_tags(move: Move, row: Mapping[str, Any], kind: str, own: str) -> None:
    found = ((row.get("relationships") or {}).get("tags") or {}).get("data") or ()
    for one in found:
        tag_id = move.known.id_of("tag", one["id"])
        if tag_id:
            tags.put_on(move.scope, tag_id=tag_id, object_type=kind, object_ids=[own])


def carry_metrics(move: Move, page: Page, _: str) -> Result:
    def make(row: dict[str, Any]) -> str:
        service = service_of(row["attributes"].get("integration") or {})
        name = (service, row["attributes"]["name"])
        events.resolve_metrics(move.scope, names=[name])
        own = next(one.id for one in event_queries.all_metrics(move.scope) if (one.service, one.name) == name)
        known = move.known.id_of("metric", row["id"])
        move.known.note("metric", row["id"], own)
        return "unchanged" if known == own else "copied"

    return each(page, make)


def service_of(integration: Mapping[str, Any]) -> str:
    """What the source calls its own messages is ours here, so that segments of openers go on with our sends."""
    key = str(integration.get("key") or integration.get("name") or "api").strip().lower().replace(" ", "_")
    return {"klaviyo": OWN_SERVICE, "cairn": OWN_SERVICE}.get(key, key)[:100] or "api"


def carry_templates(move: Move, page: Page, _: str) -> Result:
    def make(row: dict[str, Any]) -> str:
        attributes = row["attributes"]
        content = {"name": attributes["name"], "html": attributes.get("html"), "text": attributes.get("text")}
        own = move.known.id_of("template", row["id"])
        if own is not None:
            try:
                templates.update_template(move.scope, own, content, now=move.now)
                return "unchanged"
            except NotFound:
                own = None
        # What a drag-and-drop editor made arrives as its HTML.
        made = templates.create_template(
            move.scope,
            name=content["name"],
            editor_type="CODE",
            html=content["html"] or "<html></html>",
            text=content["text"],
            now=move.now,
        )
        move.known.note("template", row["id"], made.id)
        return "copied"

    return each(page, make)


def carry_images(move: Move, page: Page, _: str) -> Result:
    def make(row: dict[str, Any]) -> str:
        if move.known.id_of("image", row["id"]):
            return "unchanged"
        attributes = row["attributes"]
        made = images.import_image(move.scope, url=attributes["image_url"], name=attributes.get("name"), now=move.now)
        move.known.note("image", row["id"], str(made.id))
        return "copied"

    return each(page, make)


def carry_profiles(move: Move, page: Page, _: str) -> Result:
    result = Result()
    found: list[ImportedPerson] = []
    for row in page.rows:
        person = people.person_of(row, move.accepted)
        if isinstance(person, str):
            result.leave(person)
        else:
            found.append(person)
    if found:
        done = profiles.import_people(move.scope, found, now=move.now, source=move.source, method=METHOD)
        for one in done:
            if not one.number:
                result.leave("deleted here since the move began")
                continue
            result.counts["copied" if one.created or one.changed else "unchanged"] += 1
            result.counts["consents_kept"] += one.kept
    return result


def carry_members(move: Move, page: Page, list_id: str) -> Result:
    """Members of one list; they are there already, as profiles."""
    result = Result()
    own = move.known.id_of("list", list_id)
    if own is None:
        return result
    patches = [people.patch_of(row.get("attributes") or {}, move.accepted, whole=False) for row in page.rows]
    there = [patch for patch in patches if patch is not None]
    result.counts["left_behind"] += len(patches) - len(there)
    if there:
        found = profiles.import_people(
            move.scope, [ImportedPerson(patch, []) for patch in there], now=move.now, source=move.source
        )
        numbers = [one.number for one in found if one.number]
        joined = lists.join(move.scope, own, numbers, now=move.now, how=lists.How(METHOD, move.source))
        result.counts["copied"] += len(joined)
        result.counts["unchanged"] += len(found) - len(joined)
    return result


def carry_segments(move: Move, page: Page, _: str) -> Result:
    def make(row: dict[str, Any]) -> str:
        attributes = row["attributes"]
        definition = translated(attributes.get("definition"), move.known)
        own = move.known.id_of("segment", row["id"])
        if own is not None:
            try:
                segments.update(move.scope, own, name=attributes["name"], definition=definition, now=move.now)
                put_tags(move, row, "segment", own)
                return "unchanged"
            except NotFound:
                own = None
        made = segments.create(
            move.scope,
            name=attributes["name"],
            definition=definition,
            is_starred=bool(attributes.get("is_starred")),
            now=move.now,
        )
        move.known.note("segment", row["id"], made.id)
        put_tags(move, row, "segment", made.id)
        return "copied"

    return each(page, make)


def translated(value: Any, known: Known) -> Any:
    """A definition that names metrics and lists by their ids here."""
    if isinstance(value, list):
        return [translated(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: translated(one, known) for name, one in value.items()}
    if isinstance(found.get("metric_id"), str):
        found["metric_id"] = known.id_of("metric", found["metric_id"]) or found["metric_id"]
    if isinstance(found.get("group_ids"), list):
        ids = [known.id_of("list", one) or known.id_of("segment", one) or one for one in found["group_ids"]]
        found["group_ids"] = ids
    return found


def carry_events(move: Move, page: Page, _: str) -> Result:
    result = Result()
    drafts = []
    for row in page.rows:
        draft = draft_of(row, page.included, move.accepted)
        if isinstance(draft, str):
            result.leave(draft)
        else:
            drafts.append(draft)
    at = clock.millis(move.now)
    records = [
        Record(
            move.scope.account_id,
            "events.record",
            msgspec.json.encode(RecordEvents(events=drafts[first : first + EVENTS_PER_RECORD])),
            at,
        )
        for first in range(0, len(drafts), EVENTS_PER_RECORD)
    ]
    if records:
        wiring.event_log().append_now(Lane.BULK, records)
    result.counts["copied"] += len(drafts)
    return result


def draft_of(
    row: Mapping[str, Any], included: Mapping[tuple[str, str], Mapping[str, Any]], accepted: int
) -> EventDraft | str:
    """The event behind a row. It may trigger nothing here: it happened before."""
    attributes = row["attributes"]
    metric = related(row, "metric", included)
    profile = related(row, "profile", included)
    if metric is None:
        return "event without a metric"
    said = (profile or {}).get("attributes") or {}
    patch: ProfilePatch | None = people.patch_of(said, accepted, whole=False)
    if patch is None:
        return "event of somebody without email address, phone number and external id"
    properties = dict(attributes.get("event_properties") or {})
    value = properties.pop("$value", None)
    unique_id = str(properties.pop("$event_id", None) or row["id"])
    currency = properties.pop("$value_currency", None)
    return EventDraft(
        metric=metric["attributes"]["name"],
        profile=patch,
        properties=properties,
        service=service_of(metric["attributes"].get("integration") or {}),
        time=int(attributes["timestamp"]),
        value=float(value) if isinstance(value, (int, float)) else None,
        currency=str(currency) if currency else None,
        unique_id=unique_id,
        backfill=True,
    )


def related(
    row: Mapping[str, Any], name: str, included: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    target = ((row.get("relationships") or {}).get(name) or {}).get("data")
    return included.get((target["type"], target["id"])) if target else None


def count_campaigns(move: Move, page: Page, _: str) -> Result:
    """Campaigns that were sent are history of the other system: their opens and clicks come as events."""
    result = Result()
    for _row in page.rows:
        result.leave("Campaigns are not copied; what people did with their messages comes as events.")
    return result
