"""What a file or another system says of many people's consent: decided as every other wish is, then written together.

Consent is historical here. What is dated holds by its date; what is not never speaks against what is known, so that no
import makes somebody subscribed who had unsubscribed. Whatever is known already is left alone: importing the same
again changes nothing, not even the history.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec

from cairn.domains.profiles import consent
from cairn.domains.profiles import consent_states as states
from cairn.domains.profiles.consent import Holder, Ledger
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    ImportedPerson,
    ImportedWish,
    Outcome,
    ProfilePatch,
    Reason,
)
from cairn.domains.profiles.strangers import Strangers
from cairn.infra.postgres import copying
from cairn.infra.postgres.copying import Copies
from cairn.kernel.scope import Scope

LONGEST_METHOD: Final = 64
LONGEST: Final = 200
NOBODY_MEANT: Final = ProfilePatch()
# What stands for anybody's in a wish that is decided once for many.
ADDRESS: Final = "somebody@example.com"
WHEN: Final = datetime(2000, 1, 1, tzinfo=UTC)

Row: TypeAlias = dict[str, Any]
First: TypeAlias = tuple[int, str, ImportedWish]
"""Which of the strangers, the address that it is for, and what was wished."""


class Wishes:
    """The consent and suppressions of a batch: decided as all others are, written by COPY for whoever is new."""

    def __init__(self, scope: Scope, *, now: datetime, source: str, method: str) -> None:
        self.scope = scope
        self.now = now
        self.ledger = Ledger()
        self.changed: set[int] = set()
        self.kept: defaultdict[int, int] = defaultdict(int)
        self._method, self._source = method, source[:LONGEST]
        self._holders: dict[int, Holder] = {}

    def know(self, numbers: Sequence[int]) -> None:
        """Read what was said before of people who may have said something."""
        self._holders |= consent.load(self.scope, numbers)

    def take(
        self,
        place: int,
        number: int,
        email: str | None,
        phone: str | None,
        wishes: Iterable[ImportedWish],
        suppression: str = "",
        suppressed_at: datetime | None = None,
    ) -> None:
        """What the row at `place` says of somebody."""
        holder = self._holders.get(number)
        if holder is None:
            holder = self._holders[number] = Holder(number, email or "", phone or "")
        for wish in wishes:
            verdict = self.decide(holder, wish)
            if verdict is None:
                self.kept[place] += 1
            elif verdict:
                self.changed.add(place)
        if suppression and self._suppress(holder, Reason(suppression), suppressed_at):
            self.changed.add(place)

    def take_firsts(
        self, places: Sequence[int], people: Sequence[ImportedPerson], made: Strangers, copies: Copies
    ) -> None:
        """What the rows at `places` say of strangers. What somebody's first wish writes is the same for all who wished
        that, but for who, when and which address: for as many as pay for it, it is decided once."""
        alike: defaultdict[Hashable, list[First]] = defaultdict(list)
        for at, person in enumerate(people):
            email, phone = made.emails[at], made.phones[at]
            if person.suppression or not are_apart(person.wishes):
                said = (person.wishes, person.suppression, person.suppressed_at)
                self.take(places[at], made.numbers[at], email, phone, *said)
                continue
            for wish in person.wishes:
                address = consent.address_of(wish.channel, email or "", phone or "")
                if address:
                    alike[kind_of(wish)].append((at, address, wish))
                else:
                    self.kept[places[at]] += 1
        for firsts in alike.values():
            if len(firsts) >= copying.MANY:
                self._copy_firsts(firsts, made, copies)
                continue
            for at, _, wish in firsts:
                self.take(places[at], made.numbers[at], made.emails[at], made.phones[at], [wish])

    def _copy_firsts(self, firsts: Sequence[First], made: Strangers, copies: Copies) -> None:
        sample = Wishes(self.scope, now=self.now, source=self._source, method=self._method)
        sample.decide(Holder(0, ADDRESS, ADDRESS), msgspec.structs.replace(firsts[0][2], at=WHEN))
        numbers = [made.numbers[at] for at, _, _ in firsts]
        addresses = [address for _, address, _ in firsts]
        moments = [min(wish.at or self.now, self.now) for _, _, wish in firsts]
        for table, rows, common in sample.tables(sample.ledger):
            for row in rows:
                varying: dict[str, Sequence[Any]] = {"number": numbers}
                varying |= {name: moments for name, value in row.items() if value is WHEN}
                varying |= {name: addresses for name, value in row.items() if value is ADDRESS}
                same = {name: value for name, value in row.items() if name not in varying}
                copies.add_columns(table, varying, **same, **common)

    def decide(self, holder: Holder, wish: ImportedWish) -> bool | None:
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
        if fresh or len(ledger.consents) + len(ledger.stops) >= copying.MANY:
            news = Ledger(history=ledger.history)
            news.consents, ledger.consents = split(ledger.consents, fresh)
            news.stops, ledger.stops = split(ledger.stops, fresh)
            ledger.history = []
            for table, rows, common in self.tables(news):
                copies.add_dicts(table, rows, **common)
        if ledger.is_empty:
            # People who are new are noted as changed already.
            return
        copies.settle()
        consent.save(self.scope, ledger, now=self.now)

    def tables(self, ledger: Ledger) -> Iterator[tuple[str, Sequence[Row], Row]]:
        """Where a ledger's rows belong, with what all of them have in common."""
        mine = {"account_id": self.scope.account_id}
        yield "profiles_consent", list(ledger.consents.values()), {**mine, "created": self.now, "updated": self.now}
        yield "profiles_suppression", list(ledger.stops.values()), {**mine, "list_id": ""}
        yield "profiles_consenthistory", ledger.history, {**mine, "recorded_at": self.now}


def split(
    rows: Mapping[tuple[int, str], Row], fresh: Set[int]
) -> tuple[dict[tuple[int, str], Row], dict[tuple[int, str], Row]]:
    mine = {key: row for key, row in rows.items() if key[0] in fresh}
    return mine, {key: row for key, row in rows.items() if key[0] not in fresh}


def are_apart(wishes: Sequence[ImportedWish]) -> bool:
    """Whether none of them bears upon another: those of email never do upon those of texts."""
    return len(wishes) < 2 or len({wish.channel.partition(".")[0] for wish in wishes}) == len(wishes)


def kind_of(wish: ImportedWish) -> Hashable:
    """All of a wish but its moment."""
    return (
        wish.channel,
        wish.consent,
        wish.method,
        wish.method_detail,
        wish.custom_source,
        wish.double_optin,
    )
