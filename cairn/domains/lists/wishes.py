"""People's wishes with what belongs to them: memberships, confirmations that are asked for, and events that tell.

Some wishes wait for a confirmation, some are about one list only; all others are consent, see `profiles.consent`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from cairn.domains.lists import membership, pending, queries
from cairn.domains.lists import settings as consent_settings
from cairn.domains.lists.contracts import ConsentSettings, ListInfo
from cairn.domains.lists.membership import How
from cairn.domains.lists.models import OptIn
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    Outcome,
    Wish,
)
from cairn.infra.postgres import outbox
from cairn.kernel.scope import Scope

EVENTS: Final = "events.record"
PREFERENCES: Final = "PREFERENCE_PAGE"
LEFT_LIST: Final = "Unsubscribed from List"
METRICS: Final = {
    (EMAIL_MARKETING, True): "Subscribed to Email Marketing",
    (EMAIL_MARKETING, False): "Unsubscribed from Email Marketing",
    ("sms.marketing", True): "Subscribed to SMS Marketing",
    ("sms.marketing", False): "Unsubscribed from SMS Marketing",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What wishes are taken by: the lists that they name, and the account's settings."""

    lists: Mapping[str, ListInfo]
    settings: ConsentSettings


def change_consent(
    scope: Scope, changes: Sequence[ConsentChange], *, now: datetime, replayed: bool = False
) -> list[Wish]:
    """Record wishes, in the caller's transaction. A list that does not exist (any more) adds nobody.

    A subscription to a list with double opt-in changes nothing, makes no profile even, before its link is followed: the
    person is asked. A link works once.
    """
    asked = {change.list_id for change in changes if change.list_id}
    lists = {row.id: row for row in queries.lists_by_ids(scope, asked)} if asked else {}
    rules = Rules(lists, consent_settings.of(scope))
    changes = [change if change.list_id in lists else without_list(change) for change in changes]
    changes, refused = (changes, set()) if replayed else links_used(scope, changes, now=now)
    places: dict[str, list[int]] = {"wait": [], "leave": [], "take": [], "refuse": []}
    for place, kind in enumerate(sorted_out(scope, changes, rules, now=now)):
        places["refuse" if place in refused else kind].append(place)
    wishes = [Wish(0, "", False, False, now, Outcome.LINK_USED)] * len(changes)
    if not replayed:
        wanted = [changes[place] for place in places["wait"]]
        pending.ask(scope, wanted, lists, default=rules.settings.language, now=now)
    for kind, work in (("take", record), ("leave", leave_lists)):
        some = [changes[place] for place in places[kind]]
        done = work(scope, some, rules, now=now, replayed=replayed) if some else []
        for place, wish in zip(places[kind], done, strict=True):
            wishes[place] = wish
    return wishes


def without_list(change: ConsentChange) -> ConsentChange:
    """A wish whose list is gone. What was about that list only has nothing left to say, but that is for `leave`."""
    return msgspec.structs.replace(change, list_id=None) if change.list_id else change


def links_used(
    scope: Scope, changes: Sequence[ConsentChange], *, now: datetime
) -> tuple[Sequence[ConsentChange], set[int]]:
    """The wishes with the proof of those that were confirmed, and the places of those whose link was used before."""
    places = [place for place, change in enumerate(changes) if change.confirmed and change.consent == SUBSCRIBED]
    if not places:
        return changes, set()
    result, refused = list(changes), set()
    for place, proved in zip(places, pending.use(scope, [changes[place] for place in places], now=now), strict=True):
        if proved is not None:
            result[place] = proved
        elif changes[place].method != PREFERENCES:
            refused.add(place)
    return result, refused


def sorted_out(scope: Scope, changes: Sequence[ConsentChange], rules: Rules, *, now: datetime) -> list[str]:
    """For each wish: does it wait, leave a list, or is it taken."""
    kinds = ["wait" if waits(change, rules) else "leave" if change.list_only else "take" for change in changes]
    known = confirmed_already(scope, [changes[place] for place, kind in enumerate(kinds) if kind == "wait"])
    narrow = members_leaving(scope, changes, rules, now=now) if rules.settings.unsubscribe_from == "list" else set()
    for place, change in enumerate(changes):
        if kinds[place] == "wait" and (change.list_id or "", pending.address_of(change)) in known:
            kinds[place] = "take"
        if kinds[place] == "take" and place in narrow:
            kinds[place] = "leave"
    return kinds


def waits(change: ConsentChange, rules: Rules) -> bool:
    """Whether the wish waits for a confirmation."""
    if change.consent != SUBSCRIBED or change.channel != EMAIL_MARKETING or change.historical or change.confirmed:
        return False
    target = rules.lists.get(change.list_id or "")
    process = target.opt_in_process if target else rules.settings.default_opt_in
    return process == OptIn.DOUBLE and bool(pending.address_of(change))


def confirmed_already(scope: Scope, changes: Sequence[ConsentChange]) -> set[pending.Key]:
    """Wishes of people who are subscribed, by a confirmation, at that very address, and in that very list."""
    numbers = profile_queries.numbers_of_emails(scope, {pending.address_of(change) for change in changes})
    if not numbers:
        return set()
    snapshots = profile_queries.snapshots(scope, numbers.values())
    lists = queries.memberships(scope, numbers.values())
    found = set()
    for change in changes:
        email = pending.address_of(change)
        number = numbers.get(email)
        if number is None:
            continue
        profile, standing = snapshots[number].profile, snapshots[number].standing
        held = standing.consent(EMAIL_MARKETING)
        there = not change.list_id or change.list_id in {one.list_id for one in lists.get(number, ())}
        if profile and profile.email == email and held.consent == SUBSCRIBED and held.double_optin and there:
            found.add((change.list_id or "", email))
    return found


def members_leaving(scope: Scope, changes: Sequence[ConsentChange], rules: Rules, *, now: datetime) -> set[int]:
    """Places of opt-outs by members of the list they name, where the account lets them leave that list only."""
    leaving = [
        place
        for place, change in enumerate(changes)
        if change.consent == UNSUBSCRIBED
        and change.channel == EMAIL_MARKETING
        and change.method == "API"
        and change.list_id in rules.lists
    ]
    found = profiles.find_people(scope, [changes[place].profile for place in leaving], now=now) if leaving else []
    lists = queries.memberships(scope, [one.number for one in found if one.number])
    return {
        place
        for place, one in zip(leaving, found, strict=True)
        if changes[place].list_id in {membership.list_id for membership in lists.get(one.number, ())}
    }


def record(
    scope: Scope, changes: Sequence[ConsentChange], rules: Rules, *, now: datetime, replayed: bool
) -> list[Wish]:
    """Wishes that wait for nothing."""
    wishes = profiles.change_consent(scope, changes, now=now, replayed=replayed)
    if replayed:
        return wishes
    joined = follow(scope, changes, wishes, now=now)
    drafts: list[dict[str, Any]] = []
    for change, wish in zip(changes, wishes, strict=True):
        drafts += drafts_of(change, wish, rules.lists if (change.list_id, wish.number) in joined else {})
        joined.discard((change.list_id or "", wish.number))
    send(scope, drafts)
    return wishes


def follow(
    scope: Scope, changes: Sequence[ConsentChange], wishes: Sequence[Wish], *, now: datetime
) -> set[tuple[str, int]]:
    """Join and leave lists as wished; each person's last word per list counts. Returns who joined what."""
    last: dict[tuple[str, int], tuple[ConsentChange, Wish]] = {}
    for change, wish in zip(changes, wishes, strict=True):
        if wish.taken and change.list_id and change.channel not in ("email.open_tracking", "sms.transactional"):
            key = (change.list_id, wish.number)
            if key not in last or wish.at >= last[key][1].at:
                last[key] = (change, wish)
    joining: defaultdict[tuple[str, str, str], dict[int, datetime]] = defaultdict(dict)
    leaving: defaultdict[str, list[int]] = defaultdict(list)
    for (list_id, number), (change, wish) in last.items():
        if change.consent == SUBSCRIBED:
            joining[(list_id, change.method, change.custom_source or change.actor or scope.actor)][number] = wish.at
        else:
            leaving[list_id].append(number)
    for list_id, numbers in leaving.items():
        membership.leave(scope, list_id, numbers)
    joined = set()
    for (list_id, method, source), wished in joining.items():
        # Whoever left the list since is not brought back by a wish from before.
        gone = profiles.lift_list(scope, list_id, wished)
        staying = {number: at for number, at in wished.items() if number not in gone}
        how = How(method, source, staying)
        joined |= {(list_id, number) for number in membership.join(scope, list_id, staying, now=now, how=how)}
    return joined


def leave_lists(
    scope: Scope, changes: Sequence[ConsentChange], rules: Rules, *, now: datetime, replayed: bool
) -> list[Wish]:
    """Wishes to get nothing more by one list. One from before the person asked to be there changes nothing."""
    found = profiles.apply_patches(scope, [change.profile for change in changes], now=now, replayed=replayed)
    nothing = [Wish(one.number, one.id, False, False, now, Outcome.LATE) for one in found]
    if replayed:
        return nothing
    wishes = profiles.stop_lists(scope, found, changes, now=now, asked=wished(scope, changes, found))
    drafts = []
    for change, wish in zip(changes, wishes, strict=True):
        if wish.taken and change.list_id:
            membership.leave(scope, change.list_id, [wish.number])
        target = rules.lists.get(change.list_id or "")
        if wish.fresh and target is not None:
            drafts.append(listed(change, wish, target, LEFT_LIST))
    send(scope, drafts)
    return wishes


def wished(
    scope: Scope, changes: Sequence[ConsentChange], found: Sequence[Any]
) -> dict[tuple[str, int], datetime | None]:
    """When the members among these people asked to be in the lists that they leave."""
    by_list: defaultdict[str, list[int]] = defaultdict(list)
    for change, one in zip(changes, found, strict=True):
        if change.list_id and one.number:
            by_list[change.list_id].append(one.number)
    return {
        (list_id, number): at
        for list_id, numbers in by_list.items()
        for number, at in membership.wished_at(scope, list_id, numbers).items()
    }


def send(scope: Scope, drafts: Sequence[dict[str, Any]]) -> None:
    if drafts:
        outbox.send(EVENTS, {"account_id": scope.account_id, "events": list(drafts)})


def drafts_of(change: ConsentChange, wish: Wish, lists: Mapping[str, ListInfo]) -> list[dict[str, Any]]:
    """Events in the shape of events.contracts.EventDraft; events are a later domain, and read them from the log."""
    metric = METRICS.get((change.channel, change.consent == SUBSCRIBED))
    drafts = []
    if wish.fresh and metric:
        drafts.append(draft(change, wish, metric, mark(change, wish), {}))
    if change.list_id and change.list_id in lists:
        drafts.append(listed(change, wish, lists[change.list_id], "Subscribed to List"))
    return drafts


def listed(change: ConsentChange, wish: Wish, target: ListInfo, metric: str) -> dict[str, Any]:
    about = {"List": target.name, "$list_id": target.id}
    return draft(change, wish, metric, f"{target.id}:{mark(change, wish)}", about)


def mark(change: ConsentChange, wish: Wish) -> str:
    return f"{change.channel}:{change.consent}:{int(wish.at.timestamp() * 1000)}"


def draft(change: ConsentChange, wish: Wish, metric: str, unique_id: str, about: Mapping[str, str]) -> dict[str, Any]:
    return {
        "profile": {"id": wish.id},
        "service": "cairn",
        "time": int(wish.at.timestamp()),
        "backfill": change.historical,
        "metric": metric,
        "unique_id": unique_id,
        "properties": {**about, "$source": change.custom_source or change.method, "Method": change.method},
    }
