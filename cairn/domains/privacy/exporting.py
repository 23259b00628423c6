"""Everything known of one person, in a zip of JSON files: for them, not for programs."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import IO, Any, Final

import msgspec

from cairn import wiring
from cairn.domains.events import queries as events
from cairn.domains.lists import queries as lists
from cairn.domains.messaging import queries as messages
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import ProfileInfo
from cairn.domains.segments import queries as segments
from cairn.kernel.listing import Compare, Listing, Sort
from cairn.kernel.pages import Page, PageRequest
from cairn.kernel.scope import Scope

KEPT: Final = timedelta(days=7)
PER_PAGE: Final = 1000
ENCODER: Final = msgspec.json.Encoder(enc_hook=str)
README: Final = """This is everything that is stored about one person, as of the moment of the export.

profile.json      names, addresses, place, and the shop's own properties
identifiers.json  everything the person is found by, and profiles that were merged into this one
consent.json      consent and suppressions per channel now
consent_history.json  every change of them: what, when, by what means
lists.json        lists the person is in, since when
segments.json     groups that the person is in because of what they did
events.json       everything the person did, one line each
messages.json     messages that were sent, or were not, and why
devices.json      devices that may get push messages
"""


@dataclass(frozen=True, slots=True)
class Written:
    key: str
    size: int
    counts: Mapping[str, int]


def write(scope: Scope, job_id: str, profile_id: str) -> Written:
    """Write the file of a person. Raises NotFound."""
    profile = profiles.get_profile(scope, profile_id)
    key = f"privacy/{scope.account_id}/{job_id}.zip"
    with wiring.files().write(key) as file:
        counts = fill(scope, profile, file)
        size = file.tell()
    return Written(key, size, counts)


def fill(scope: Scope, profile: ProfileInfo, file: IO[bytes]) -> dict[str, int]:
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for name, find in PARTS.items():
            with archive.open(f"{name}.json", "w", force_zip64=True) as part:
                counts[name] = write_rows(part, find(scope, profile))
    return counts


def write_rows(part: IO[bytes], rows: Iterable[Any]) -> int:
    """A JSON list, one row to a line; a person may have a million."""
    count = 0
    part.write(b"[")
    for row in rows:
        part.write((b",\n" if count else b"\n") + ENCODER.encode(row))
        count += 1
    part.write(b"\n]\n")
    return count


def pages(read: Callable[[Listing], Page[Any]], where: Compare | None, sort: Sort | None = None) -> Iterator[Any]:
    after: tuple[str, ...] | None = None
    while True:
        page = read(Listing(PageRequest(PER_PAGE, after), sort or Sort("id"), where))
        yield from page.rows
        if page.next is None:
            return
        after = tuple(page.next)


def the_profile(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    return [{name: value for name, value in asdict(profile).items() if name != "number"}]


def identifiers(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    yield from profiles.identifiers_of(scope, profile.id)
    yield from pages(lambda listing: profiles.list_merges(scope, listing), Compare("profile_id", "equals", profile.id))


def consent(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    standing = profiles.standings(scope, [profile.number])[profile.number]
    yield from ({"channel": channel, **asdict(held)} for channel, held in sorted(standing.consents.items()))
    yield from ({"suppressed": asdict(one)} for one in (*standing.suppressions, *standing.list_suppressions))


def consent_history(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    return pages(lambda listing: profiles.list_history(scope, profile.id, listing), None)


def list_rows(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    found = lists.memberships(scope, [profile.number]).get(profile.number, [])
    names = {row.id: row.name for row in lists.lists_by_ids(scope, [one.list_id for one in found])}
    return [{"id": one.list_id, "name": names.get(one.list_id, ""), "joined": one.joined_at} for one in found]


def segment_rows(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    return [
        {"id": one.id, "name": one.name, "definition": one.summary}
        for one in segments.segments_of(scope, profile.number)
    ]


def event_rows(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    names = {one.id: (one.name, one.service) for one in events.all_metrics(scope)}
    found = pages(
        lambda listing: events.list_events(scope, listing),
        Compare("profile_id", "equals", profile.id),
        Sort("datetime"),
    )
    for event in found:
        metric, service = names.get(event.metric_id, ("", ""))
        yield {
            "id": event.id,
            "time": event.ts,
            "metric": metric,
            "service": service,
            "value": event.value,
            "currency": event.currency,
            "properties": msgspec.Raw(event.properties or b"{}"),
        }


def message_rows(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    return pages(lambda listing: messages.list_messages(scope, listing), Compare("profile_id", "equals", profile.id))


def devices(scope: Scope, profile: ProfileInfo) -> Iterable[Any]:
    ids = profiles.push_token_ids(scope, [profile.number]).get(profile.number, [])
    return profiles.push_tokens_by_ids(scope, ids)


PARTS: Final[Mapping[str, Callable[[Scope, ProfileInfo], Iterable[Any]]]] = {
    "profile": the_profile,
    "identifiers": identifiers,
    "consent": consent,
    "consent_history": consent_history,
    "lists": list_rows,
    "segments": segment_rows,
    "events": event_rows,
    "messages": message_rows,
    "devices": devices,
}
