"""Consent and suppression: what was wished last holds, and nobody is subscribed who did not ask."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from cairn.domains.profiles import actions, queries
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    NEVER_SUBSCRIBED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ConsentChange,
    ProfilePatch,
    Reason,
    Wish,
)
from cairn.domains.profiles.models import ConsentHistory
from cairn.kernel.scope import Scope

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = NOON + timedelta(days=1)
ANN = "ann@example.com"
PHONE = "+15005550006"


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def wish(consent: str, minutes: int | None = None, channel: str = EMAIL_MARKETING, **more: object) -> ConsentChange:
    patch = ProfilePatch(email=ANN) if not channel.startswith("sms") else ProfilePatch(email=ANN, phone_number=PHONE)
    moment = None if minutes is None else at(minutes).isoformat()
    return ConsentChange(profile=patch, channel=channel, consent=consent, at=moment, **more)  # type: ignore[arg-type]


def record(scope: Scope, *changes: ConsentChange) -> list[Wish]:
    with transaction.atomic():
        return actions.change_consent(scope, changes, now=LATE)


def number(scope: Scope) -> int:
    with transaction.atomic():
        return actions.apply_patches(scope, [ProfilePatch(email=ANN)], now=LATE)[0].number


def consent(scope: Scope, channel: str = EMAIL_MARKETING) -> str:
    return queries.standings(scope, [number(scope)])[number(scope)].consent(channel).consent


def reasons(scope: Scope) -> list[str]:
    return [one.reason for one in queries.standings(scope, [number(scope)])[number(scope)].suppressions]


def sendable(scope: Scope, channel: str = EMAIL_MARKETING) -> tuple[bool, str]:
    found = queries.sendable(scope, [number(scope)], channel)[number(scope)]
    return found.allowed, found.reason


def test_nobody_is_subscribed_by_being_there(scope: Scope) -> None:
    assert consent(scope) == NEVER_SUBSCRIBED
    assert sendable(scope) == (True, "")
    assert sendable(scope, "sms.marketing") == (False, "NO_PHONE_NUMBER")


def test_subscribing_and_leaving(scope: Scope) -> None:
    assert [one.fresh for one in record(scope, wish(SUBSCRIBED, 1), wish(SUBSCRIBED, 2))] == [True, False]
    assert consent(scope) == SUBSCRIBED
    record(scope, wish(UNSUBSCRIBED, 3))
    assert (consent(scope), reasons(scope), sendable(scope)) == (UNSUBSCRIBED, ["UNSUBSCRIBE"], (False, "UNSUBSCRIBE"))


def test_coming_back_lifts_what_a_person_or_the_shop_did(scope: Scope) -> None:
    record(scope, wish(UNSUBSCRIBED, 1), wish(UNSUBSCRIBED, 2, method="SPAM_COMPLAINT"))
    actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(3), now=LATE)
    assert reasons(scope) == ["SPAM_COMPLAINT", "UNSUBSCRIBE", "USER_SUPPRESSED"]
    record(scope, wish(SUBSCRIBED, 4))
    assert (consent(scope), reasons(scope), sendable(scope)) == (SUBSCRIBED, [], (True, ""))


@pytest.mark.parametrize("reason", [Reason.HARD_BOUNCE, Reason.INVALID_EMAIL])
def test_coming_back_does_not_repair_a_mailbox(scope: Scope, reason: Reason) -> None:
    actions.suppress(scope, [number(scope)], reason=reason, at=at(1), now=LATE)
    record(scope, wish(SUBSCRIBED, 2))
    assert (consent(scope), sendable(scope)) == (SUBSCRIBED, (False, reason))


def test_unsuppressing_lifts_only_what_was_done_by_hand(scope: Scope) -> None:
    record(scope, wish(UNSUBSCRIBED, 1))
    for reason in (Reason.USER_SUPPRESSED, Reason.HARD_BOUNCE):
        actions.suppress(scope, [number(scope)], reason=reason, at=at(2), now=LATE)
    actions.unsuppress(scope, [number(scope)], at=at(3), now=LATE)
    assert reasons(scope) == ["HARD_BOUNCE", "UNSUBSCRIBE"]


def test_suppressing_by_hand_leaves_the_consent(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 1))
    actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(2), now=LATE)
    assert (consent(scope), sendable(scope)) == (SUBSCRIBED, (False, "USER_SUPPRESSED"))


def test_an_older_subscription_does_not_undo_an_unsubscription(scope: Scope) -> None:
    record(scope, wish(UNSUBSCRIBED, 5))
    taken = record(scope, wish(SUBSCRIBED, 4, historical=True))
    assert ([one.taken for one in taken], consent(scope), reasons(scope)) == ([False], UNSUBSCRIBED, ["UNSUBSCRIBE"])


WISHES = [wish(SUBSCRIBED, 1), wish(UNSUBSCRIBED, 2), wish(SUBSCRIBED, 3), wish(UNSUBSCRIBED, 3)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_processing_does_not_matter(scope: Scope, order: tuple[int, ...]) -> None:
    record(scope, *(WISHES[place] for place in order))
    assert (consent(scope), sendable(scope)[0]) == (UNSUBSCRIBED, False)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_wish_wins_in_every_order(scope: Scope, order: tuple[int, ...]) -> None:
    wishes = [wish(SUBSCRIBED, 1), wish(UNSUBSCRIBED, 2), wish(SUBSCRIBED, 4)]
    for place in order:
        record(scope, wishes[place])
    assert consent(scope) == SUBSCRIBED


def test_a_wish_cannot_come_from_the_future(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 60 * 24 * 365))
    assert queries.standings(scope, [number(scope)])[number(scope)].consent(EMAIL_MARKETING).at == LATE


def test_sms_needs_a_number_and_covers_both_purposes(scope: Scope) -> None:
    nobody = ConsentChange(ProfilePatch(email=ANN), "sms.marketing", SUBSCRIBED)
    assert [one.taken for one in record(scope, nobody)] == [False]
    record(scope, wish(SUBSCRIBED, 1, "sms.marketing"))
    assert (consent(scope, "sms.marketing"), consent(scope, "sms.transactional")) == (SUBSCRIBED, SUBSCRIBED)
    record(scope, wish(UNSUBSCRIBED, 2, "sms.transactional"))
    assert (consent(scope, "sms.marketing"), consent(scope, "sms.transactional")) == (UNSUBSCRIBED, UNSUBSCRIBED)
    assert consent(scope) == NEVER_SUBSCRIBED


def test_consent_does_not_move_to_another_number_or_address(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 1, "sms.marketing"), wish(SUBSCRIBED, 1))
    person = queries.ids_of(scope, [number(scope)])[number(scope)]
    actions.update(scope, person, ProfilePatch(phone_number="+15005550001"), now=LATE)
    assert sendable(scope, "sms.marketing") == (False, NEVER_SUBSCRIBED)
    assert consent(scope) == SUBSCRIBED
    actions.update(scope, person, ProfilePatch(phone_number=PHONE), now=LATE)
    assert sendable(scope, "sms.marketing") == (True, "")


def test_an_opt_out_goes_with_the_person(scope: Scope) -> None:
    record(scope, wish(UNSUBSCRIBED, 1))
    one = number(scope)
    actions.update(scope, queries.ids_of(scope, [one])[one], ProfilePatch(email="new@example.com"), now=LATE)
    assert queries.sendable(scope, [one])[one].allowed is False


def test_a_bounce_stays_with_its_address(scope: Scope) -> None:
    one = number(scope)
    actions.suppress(scope, [one], reason=Reason.HARD_BOUNCE, at=at(1), now=LATE)
    actions.update(scope, queries.ids_of(scope, [one])[one], ProfilePatch(email="new@example.com"), now=LATE)
    assert queries.sendable(scope, [one])[one].allowed is True


@pytest.mark.parametrize("first", [0, 1])
def test_a_merge_subscribes_nobody(scope: Scope, first: int) -> None:
    """Ann left by email; the profile that is merged into hers had subscribed another address, later."""
    record(scope, wish(UNSUBSCRIBED, 1))
    other = ConsentChange(ProfilePatch(email="other@example.com"), EMAIL_MARKETING, SUBSCRIBED, at=at(5).isoformat())
    record(scope, other)
    with transaction.atomic():
        found = actions.apply_patches(scope, [ProfilePatch(email=ANN), other.profile], now=LATE)
    pair = [found[0].id, found[1].id]
    kept = actions.merge(scope, pair[first], pair[1 - first], now=LATE)
    assert queries.sendable(scope, [kept.number])[kept.number].allowed is False


def test_history_tells_each_change_once(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 1, method="FORM"), wish(SUBSCRIBED, 2), wish(UNSUBSCRIBED, 3))
    actions.suppress(scope, [number(scope)], reason=Reason.HARD_BOUNCE, at=at(4), now=LATE)
    lines = ConsentHistory.objects.within(scope).order_by("id").values_list("before", "after", "at", "method")
    assert set(ConsentHistory.objects.within(scope).values_list("outcome", flat=True)) == {"taken"}
    assert list(lines) == [
        (NEVER_SUBSCRIBED, SUBSCRIBED, at(1), "FORM"),
        (SUBSCRIBED, UNSUBSCRIBED, at(3), "API"),
        ("", "SUPPRESSED", at(4), "HARD_BOUNCE"),
    ]


def test_history_tells_of_a_wish_that_came_too_late(scope: Scope) -> None:
    proof = {"text": "Get our news", "ip": "203.0.113.9", "user_agent": "Firefox", "list_id": "News01"}
    record(scope, wish(UNSUBSCRIBED, 5), wish(SUBSCRIBED, 4, historical=True, **proof))
    told = ConsentHistory.objects.within(scope).order_by("-id").first()
    assert told is not None
    assert (told.before, told.after, told.outcome, told.at) == (UNSUBSCRIBED, UNSUBSCRIBED, "late", at(4))
    assert {name: getattr(told, name) for name in proof} == proof


def test_a_late_suppression_is_older_than_the_subscription_that_lifted_it(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 3))
    assert actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(2), now=LATE) == set()
    assert sendable(scope) == (True, "")
    actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(3), now=LATE)
    assert sendable(scope) == (False, "USER_SUPPRESSED")


def test_unsuppressing_reaches_back_to_what_comes_late(scope: Scope) -> None:
    assert actions.unsuppress(scope, [number(scope)], at=at(5), now=LATE) == set()
    actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(4), now=LATE)
    assert (reasons(scope), sendable(scope)) == ([], (True, ""))
    actions.suppress(scope, [number(scope)], reason=Reason.USER_SUPPRESSED, at=at(6), now=LATE)
    assert reasons(scope) == ["USER_SUPPRESSED"]


def test_leaving_transactional_texts_leaves_marketing_though_a_later_wish_brought_them_back(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 1, "sms.marketing"), wish(SUBSCRIBED, 5, "sms.transactional"))
    record(scope, wish(UNSUBSCRIBED, 4, "sms.transactional"))
    assert (consent(scope, "sms.marketing"), consent(scope, "sms.transactional")) == (UNSUBSCRIBED, SUBSCRIBED)


def test_a_replayed_wish_writes_nothing(scope: Scope) -> None:
    record(scope, wish(SUBSCRIBED, 1))
    with transaction.atomic():
        actions.change_consent(scope, [wish(UNSUBSCRIBED, 2)], now=LATE, replayed=True)
    assert consent(scope) == SUBSCRIBED


def test_a_deleted_profile_gets_nothing(scope: Scope) -> None:
    assert queries.sendable(scope, [999])[999].reason == "PROFILE_DELETED"
