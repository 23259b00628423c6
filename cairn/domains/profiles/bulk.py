"""People by the thousand, from files and other systems: the same decisions as for one, fewer statements.

Consent is historical here. What is dated holds by its date; what is not never speaks against what is known, so that no
import makes somebody subscribed who had unsubscribed. Whatever is known already is left alone: importing the same
again changes nothing, not even the history.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any, Final

from cairn.domains.profiles import consent, patching, planning, store
from cairn.domains.profiles import consent_states as states
from cairn.domains.profiles.consent import Holder, Ledger
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    Imported,
    ImportedPerson,
    ImportedWish,
    Outcome,
    ProfilePatch,
    Reason,
    Rehearsed,
)
from cairn.domains.profiles.identity import Person, Step
from cairn.domains.profiles.patching import Record
from cairn.infra.postgres import copying
from cairn.infra.postgres.copying import Copies
from cairn.kernel.scope import Scope

METHOD: Final = "MANUAL_IMPORT"
LONGEST_METHOD: Final = 64
LONGEST: Final = 200
# How long others may wait for people of an import, so that they are copied by the ten thousand.
GATHERING: Final = timedelta(seconds=1.5)
NOBODY: Final = Imported(0, "", False, False)


def import_people(
    scope: Scope, people: Sequence[ImportedPerson], *, now: datetime, source: str, method: str = METHOD
) -> list[Imported]:
    """Make, change and merge the profiles of many people, with their consent, in order.

    Runs inside the caller's transaction, and holds the account's turn until it ends. Writes no events.
    """
    patches = [person.patch for person in people]
    wishes = [planning.wish_of(scope, patch, None) for patch in patches]
    store.lock(scope)
    world, steps = planning.plan(scope, patches, wishes)
    changed = planning.apply_data(scope, patches, steps)
    with copying.Copies() as copies:
        if changed or world.changed:
            store.write_behind(scope, world, changed, copies, now=now, due=now + GATHERING)
        fresh, asked = new_and_old(steps, people)
        if asked:
            copies.settle()
        ledger = Wishes(scope, consent.load(scope, asked), now=now, source=source, method=method)
        ledger.take(steps, people)
        ledger.save(copies, fresh)
    touched = {id(person) for person in changed}
    return [
        outcome(step, id(step.target) in touched or place in ledger.changed, ledger.kept.get(place, 0))
        for place, step in enumerate(steps)
    ]


def rehearse(scope: Scope, people: Sequence[ImportedPerson], *, now: datetime) -> list[Rehearsed]:
    """What `import_people` would do now, person by person, without doing it."""
    patches = [person.patch for person in people]
    world, steps = planning.plan(scope, patches, [planning.wish_of(scope, patch, None) for patch in patches])
    targets = {id(target): target for step in steps for target in (step.target, *step.sources) if target is not None}
    for place, person in enumerate(world.made, 1):
        # Nobody has a number below zero.
        person.number = -place
    store.load_records(scope, targets.values())
    changes = [rehearsed_data(patch, step) for patch, step in zip(patches, steps, strict=True)]
    _, asked = new_and_old(steps, people)
    wishes = Wishes(scope, consent.load(scope, asked), now=now, source="", method=METHOD)
    wishes.take(steps, people)
    return [
        Rehearsed(
            number=0,
            id="" if step.target is None or step.created else step.target.final.id,
            created=step.created,
            changed=bool(change) or place in wishes.changed,
            kept=wishes.kept.get(place, 0),
            merged=len(step.sources),
            changes=change,
        )
        for place, (step, change) in enumerate(zip(steps, changes, strict=True))
    ]


def rehearsed_data(patch: ProfilePatch, step: Step) -> dict[str, tuple[Any, Any]]:
    """The fields that a patch changes, each with its old and its new value."""
    if step.target is None:
        return {}
    record = planning.record_of(step.target)
    before = flat(record)
    for source in step.sources:
        patching.absorb(record, planning.record_of(source))
    patching.apply(record, patch)
    after = flat(record)
    names = dict.fromkeys((*before, *after))
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def flat(record: Record) -> dict[str, Any]:
    place = {f"location.{name}": value for name, value in record.location.items()}
    return {**record.attributes, **place, **{f"properties.{name}": value for name, value in record.properties.items()}}


def outcome(step: Step, changed: bool, kept: int) -> Imported:
    if step.target is None:
        return NOBODY
    person = step.target.final
    return Imported(person.number, person.id, step.created, changed and not step.created, kept)


def new_and_old(steps: Sequence[Step], people: Sequence[ImportedPerson]) -> tuple[set[int], list[int]]:
    """Numbers of those of whom nothing can be known yet, and of those who were there before, or took over from
    somebody who was, and of whose consent something is said."""
    heirs = {id(step.target.final) for step in steps if step.target and any(not one.new for one in step.sources)}
    new: set[int] = set()
    old: list[int] = []
    for step, person in zip(steps, people, strict=True):
        if step.target is None:
            continue
        target = step.target.final
        if target.new and id(target) not in heirs:
            new.add(target.number)
        elif person.wishes or person.suppression:
            old.append(target.number)
    return new, old


class Wishes:
    """The consent and suppressions of a batch: decided as all others are, written by COPY for whoever is new.
    `holders` are those of whom something is known, by number."""

    def __init__(self, scope: Scope, holders: Mapping[int, Holder], *, now: datetime, source: str, method: str) -> None:
        self.scope = scope
        self.now = now
        self.ledger = Ledger()
        self.changed: set[int] = set()
        self.kept: dict[int, int] = {}
        self._method, self._source = method, source[:LONGEST]
        self._holders = dict(holders)

    def take(self, steps: Sequence[Step], people: Sequence[ImportedPerson]) -> None:
        for place, (step, person) in enumerate(zip(steps, people, strict=True)):
            if step.target is not None and (person.wishes or person.suppression):
                self._take(place, step.target.final, person)

    def _take(self, place: int, target: Person, person: ImportedPerson) -> None:
        holder = self._holders.get(target.number)
        if holder is None:
            holder = self._holders[target.number] = Holder(target.number, target.email or "", target.phone or "")
        for wish in person.wishes:
            verdict = self._wish(holder, wish)
            if verdict is None:
                self.kept[place] = self.kept.get(place, 0) + 1
            elif verdict:
                self.changed.add(place)
        if person.suppression and self._suppress(holder, Reason(person.suppression), person.suppressed_at):
            self.changed.add(place)

    def _wish(self, holder: Holder, wish: ImportedWish) -> bool | None:
        """Whether the wish changed something; None where it does not hold against what is known."""
        at = min(wish.at or self.now, self.now)
        known = holder.consents.get(wish.channel)
        address = holder.address(wish.channel)
        if not address:
            # Told in the import's counts: a line of history for it would come again with every repetition.
            return None
        if wish.consent == SUBSCRIBED and wish.at is None and self._objected(holder, wish.channel):
            return None
        if known is not None and not (known.consent == SUBSCRIBED and known.address != address):
            same = known.consent == wish.consent
            if same and (wish.at is None or at <= known.at):
                return False
            if not same and not states.holds_against(wish.consent, at, known=known.consent, known_at=known.at):
                return None
        # How it came there first is what proves it; how it came here stands beside that.
        change = ConsentChange(
            NOBODY_MEANT,
            wish.channel,
            wish.consent,
            method=wish.method[:LONGEST_METHOD] or self._method,
            method_detail=wish.method_detail[:LONGEST] if wish.method else self._source,
            custom_source=wish.custom_source[:LONGEST] or (self._source if wish.method else ""),
            historical=True,
            confirmed=wish.double_optin,
        )
        result, _ = consent.decide(self.ledger, holder, change, at, self.scope.actor)
        return result in (Outcome.TAKEN, Outcome.REPEATED)

    @staticmethod
    def _objected(holder: Holder, channel: str) -> bool:
        """Whether somebody, or the shop for them, has said no and not taken it back."""
        known = holder.consents.get(channel)
        if known is not None and known.consent == UNSUBSCRIBED:
            return True
        return channel == EMAIL_MARKETING and any(
            stop.holds for reason, stop in holder.stops.items() if reason in states.BY_PEOPLE
        )

    def _suppress(self, holder: Holder, reason: Reason, since: datetime | None) -> bool:
        if reason in holder.stops or not holder.email:
            return False
        at = min(since or self.now, self.now)
        agreed = holder.opted_in_at(EMAIL_MARKETING)
        if reason in states.BY_PEOPLE and agreed is not None and agreed > at:
            # It was not lifted by the consent that is told with it: whoever told it says that it holds.
            at = self.now
        if not self.ledger.put(holder, reason, at):
            return False
        cause = consent.Cause(self._method, self._source, self.scope.actor)
        self.ledger.note(holder.number, EMAIL_MARKETING, "", consent.SUPPRESSED, at, cause)
        return True

    def save(self, copies: Copies, fresh: Set[int]) -> None:
        """Rows of `fresh` people cannot meet others; the rest goes the way of all consent."""
        ledger = self.ledger
        if len(ledger.consents) + len(ledger.stops) >= copying.MANY:
            mine: dict[str, Any] = {"account_id": self.scope.account_id}
            fresh_consents, ledger.consents = split(ledger.consents, fresh)
            fresh_stops, ledger.stops = split(ledger.stops, fresh)
            copies.add_dicts("profiles_consent", fresh_consents, **mine, created=self.now, updated=self.now)
            copies.add_dicts("profiles_suppression", fresh_stops, **mine, list_id="")
            copies.add_dicts("profiles_consenthistory", ledger.history, **mine, recorded_at=self.now)
            ledger.history = []
        if ledger.is_empty:
            # People who are new are noted as changed already.
            return
        copies.settle()
        consent.save(self.scope, ledger, now=self.now)


def split(
    rows: Mapping[tuple[int, str], dict[str, Any]], fresh: Set[int]
) -> tuple[list[dict[str, Any]], dict[tuple[int, str], dict[str, Any]]]:
    mine = [row for (number, _), row in rows.items() if number in fresh]
    return mine, {key: row for key, row in rows.items() if key[0] not in fresh}


NOBODY_MEANT: Final = ProfilePatch()
