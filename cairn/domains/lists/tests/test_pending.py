"""Double opt-in: people are asked, not too often, and a link works once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import transaction

from cairn.domains.lists import actions, handlers, pending, queries
from cairn.domains.lists.contracts import (
    CONFIRM,
    CONFIRMATIONS_WANTED,
    Confirmation,
    ConfirmationsWanted,
    ConfirmationWanted,
    ListInfo,
)
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    ProfilePatch,
    Wish,
)
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN = "ann@example.com"


@pytest.fixture
def news(scope: Scope) -> Iterator[ListInfo]:
    yield actions.create_list(scope, name="News", opt_in_process="double_opt_in", now=NOW)


def subscribe(scope: Scope, list_id: str | None, now: datetime, email: str = ANN, **more: object) -> Wish:
    change = ConsentChange(ProfilePatch(email=email), EMAIL_MARKETING, SUBSCRIBED, list_id=list_id, **more)  # type: ignore[arg-type]
    with transaction.atomic():
        return actions.change_consent(scope, [change], now=now)[0]


def confirm(scope: Scope, list_id: str, at: datetime) -> Wish:
    waiting = queries.find_waiting(scope.account_id, list_id, ANN)
    assert waiting is not None
    with transaction.atomic():
        change = msgspec.structs.replace(waiting.change, at=at.isoformat())
        return actions.change_consent(scope, [change], now=at)[0]


def asked() -> list[ConfirmationsWanted]:
    facts = outbox.take(100, now=clock.now())
    wanted = [fact for fact in facts if fact.kind == CONFIRMATIONS_WANTED]
    outbox.done([fact.id for fact in wanted])
    return [msgspec.json.decode(fact.payload, type=ConfirmationsWanted) for fact in wanted]


def standing(scope: Scope) -> tuple[str, bool]:
    number = profiles.numbers_of_emails(scope, [ANN])[ANN]
    held = profiles.standings(scope, [number])[number].consent(EMAIL_MARKETING)
    return held.consent, held.double_optin


def test_a_subscription_waits_and_makes_nobody(scope: Scope, news: ListInfo) -> None:
    assert subscribe(scope, news.id, NOW).number == 0
    assert profiles.count(scope) == 0
    (fact,) = asked()
    assert (fact.list_id, fact.list_name, fact.language, fact.nth, len(fact.numbers)) == (news.id, "News", "en", 1, 1)
    waiting = queries.waiting(scope, fact.numbers)[fact.numbers[0]]
    assert (waiting.email, waiting.expires) == (ANN, NOW + timedelta(hours=72))


def test_following_the_link_subscribes_and_joins(scope: Scope, news: ListInfo) -> None:
    subscribe(scope, news.id, NOW, method="SUBSCRIBE_PAGE")
    wish = confirm(scope, news.id, NOW + timedelta(hours=1))
    assert wish.taken
    assert standing(scope) == (SUBSCRIBED, True)
    (member,) = queries.memberships(scope, [wish.number])[wish.number]
    assert (member.list_id, member.method) == (news.id, "SUBSCRIBE_PAGE")


def test_people_are_not_asked_again_at_once_and_not_for_ever(scope: Scope, news: ListInfo) -> None:
    minutes = [0, 5, 11, 22, 33, 300]
    counts = []
    for minute in minutes:
        subscribe(scope, news.id, NOW + timedelta(minutes=minute))
        counts.append([fact.nth for fact in asked()])
    assert counts == [[1], [], [2], [3], [], []]
    waiting = queries.find_waiting(scope.account_id, news.id, ANN)
    assert waiting is not None and waiting.stopped == pending.ENOUGH
    subscribe(scope, news.id, NOW + timedelta(hours=80))  # The newest link has expired: a new round.
    assert [fact.nth for fact in asked()] == [1]


def test_the_same_address_twice_in_a_call_is_asked_once(scope: Scope, news: ListInfo) -> None:
    change = ConsentChange(ProfilePatch(email=ANN), EMAIL_MARKETING, SUBSCRIBED, list_id=news.id)
    loud = ConsentChange(ProfilePatch(email=ANN.upper()), EMAIL_MARKETING, SUBSCRIBED, list_id=news.id)
    with transaction.atomic():
        actions.change_consent(scope, [change, loud, change], now=NOW)
    assert [len(fact.numbers) for fact in asked()] == [1]


def test_a_link_works_once(scope: Scope, news: ListInfo) -> None:
    subscribe(scope, news.id, NOW)
    confirm(scope, news.id, NOW + timedelta(hours=1))
    leaving = ConsentChange(ProfilePatch(email=ANN), EMAIL_MARKETING, UNSUBSCRIBED)
    with transaction.atomic():
        actions.change_consent(scope, [leaving], now=NOW + timedelta(hours=2))
    assert confirm(scope, news.id, NOW + timedelta(hours=3)).outcome == "link_used"
    assert standing(scope)[0] == UNSUBSCRIBED


def test_who_confirmed_for_this_list_is_not_asked_again(scope: Scope, news: ListInfo) -> None:
    subscribe(scope, news.id, NOW)
    confirm(scope, news.id, NOW + timedelta(hours=1))
    asked()
    assert subscribe(scope, news.id, NOW + timedelta(hours=2)).outcome == "repeated"
    assert asked() == []


def test_without_a_list_the_account_says_whether_people_are_asked(scope: Scope) -> None:
    assert subscribe(scope, None, NOW).taken
    actions.change_settings(scope, {"default_opt_in": "double_opt_in", "language": "de"})
    assert not subscribe(scope, None, NOW, email="bob@example.com").taken
    assert [(fact.list_id, fact.language) for fact in asked()] == [("", "de")]
    assert actions.create_list(scope, name="More", now=NOW).opt_in_process == "double_opt_in"


def test_history_that_is_brought_along_asks_nobody(scope: Scope, news: ListInfo) -> None:
    assert subscribe(scope, news.id, NOW, historical=True, at=(NOW - timedelta(days=9)).isoformat()).taken
    assert asked() == []


def test_what_an_older_version_was_about_to_ask_is_asked(scope: Scope, news: ListInfo) -> None:
    change = ConsentChange(ProfilePatch(email=ANN), EMAIL_MARKETING, SUBSCRIBED, list_id=news.id, confirmed=True)
    token = seal("a secret for tests", CONFIRM, Confirmation(scope.account_id, 0, change))
    for _ in range(2):
        handlers.confirmation_wanted(scope, ConfirmationWanted(scope.account_id, ANN, "News", token))
    assert [len(fact.numbers) for fact in asked()] == [1]


def test_old_rows_go_and_people_can_be_forgotten(scope: Scope, news: ListInfo) -> None:
    subscribe(scope, news.id, NOW)
    assert actions.purge_pending(now=NOW + timedelta(days=9)) == 0
    assert actions.purge_pending(now=NOW + timedelta(days=11)) == 1
    subscribe(scope, news.id, NOW)
    assert actions.forget_waiting(scope, [ANN.upper()]) == 1


def test_the_waiting_of_another_account_are_not_known(scope: Scope, news: ListInfo, charlie: object) -> None:
    subscribe(scope, news.id, NOW)
    (fact,) = asked()
    assert queries.waiting(charlie.scope, fact.numbers) == {}  # type: ignore[attr-defined]


def test_leaving_one_list_keeps_the_rest(scope: Scope) -> None:
    one, two = (actions.create_list(scope, name=name, now=NOW) for name in ("One", "Two"))
    for target in (one, two):
        wish = subscribe(scope, target.id, NOW)
    leaving = ConsentChange(
        ProfilePatch(id=wish.id),
        EMAIL_MARKETING,
        UNSUBSCRIBED,
        list_id=one.id,
        list_only=True,
        method="UNSUBSCRIBE_PAGE",
    )
    with transaction.atomic():
        assert actions.change_consent(scope, [leaving], now=NOW + timedelta(minutes=1))[0].fresh
    assert [row.list_id for row in queries.memberships(scope, [wish.number])[wish.number]] == [two.id]
    found = profiles.snapshots(scope, [wish.number])[wish.number]
    assert profiles.verdict(found, EMAIL_MARKETING).allowed
    assert profiles.verdict(found, EMAIL_MARKETING, one.id).reason == "LIST_UNSUBSCRIBED"
    assert profiles.verdict(found, EMAIL_MARKETING, two.id).allowed
    # A wish from before does not bring them back; a newer one does.
    assert subscribe(scope, one.id, NOW + timedelta(minutes=2), at=NOW.isoformat()).taken
    assert [row.list_id for row in queries.memberships(scope, [wish.number])[wish.number]] == [two.id]
    subscribe(scope, one.id, NOW + timedelta(minutes=3))
    found = profiles.snapshots(scope, [wish.number])[wish.number]
    assert profiles.verdict(found, EMAIL_MARKETING, one.id).allowed
    # Nor does leaving, told late, undo the newer wish.
    with transaction.atomic():
        late = msgspec.structs.replace(leaving, at=(NOW + timedelta(minutes=2)).isoformat())
        assert actions.change_consent(scope, [late], now=NOW + timedelta(hours=1))[0].outcome == "late"


def test_an_opt_out_by_the_api_leaves_its_list_only_where_the_account_says_so(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", now=NOW)
    actions.change_settings(scope, {"unsubscribe_from": "list"})
    member = subscribe(scope, news.id, NOW)
    subscribe(scope, None, NOW, email="bob@example.com")
    for email in (ANN, "bob@example.com"):
        change = ConsentChange(ProfilePatch(email=email), EMAIL_MARKETING, UNSUBSCRIBED, list_id=news.id)
        with transaction.atomic():
            actions.change_consent(scope, [change], now=NOW + timedelta(minutes=1))
    assert profiles.sendable(scope, [member.number])[member.number].allowed
    bob = profiles.numbers_of_emails(scope, ["bob@example.com"])["bob@example.com"]
    assert not profiles.sendable(scope, [bob])[bob].allowed  # Who is not in the list means everything.
