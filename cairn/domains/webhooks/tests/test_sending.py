"""What a receiver gets, when it gets it again, and when it gets no more."""

import json
from datetime import timedelta

import pytest

from cairn import wiring
from cairn.domains.segments.contracts import SegmentChanged
from cairn.domains.webhooks import actions, queries, sending
from cairn.domains.webhooks.contracts import SEGMENT_ENTERED
from cairn.domains.webhooks.models import Attempt, Delivery, Webhook
from cairn.domains.webhooks.tests.conftest import NOON, ORDERED, SECRET, Post
from cairn.infra.http.guard import Guard
from cairn.kernel.errors import Conflict, NotFound
from cairn.kernel.scope import Scope
from tests.people import Person


def test_a_receiver_gets_the_event_signed(post: Post) -> None:
    (event,) = post.order()
    assert post.send() is not None
    (got,) = post.receiver.got
    assert got.path == "/hooks/0123456789abcdef"
    assert got.is_signed_with(SECRET) and not got.is_signed_with("another key, just as long")
    assert got.headers["klaviyo-timestamp"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert (got.headers["klaviyo-webhook-id"], got.headers["content-type"]) == (post.webhook_id, "application/json")
    assert got.document["meta"] == {
        "timestamp": "2026-03-01T12:00:00.000000+00:00",
        "klaviyo_account_id": post.scope.account_id,
        "klaviyo_webhook_id": post.webhook_id,
        "version": "2024-06-28",
    }
    (item,) = got.document["data"]
    assert (item["topic"], item["external_id"]) == (ORDERED, str(event.id))
    data = item["payload"]["data"]
    assert data["attributes"] == {
        "timestamp": 1772366400,
        "datetime": "2026-03-01T12:00:00+00:00",
        "uuid": str(event.id),
        "event_properties": {"Items": ["Lantern"], "$value": 42.5},
    }
    assert data["relationships"]["profile"]["data"]["type"] == "profile"
    assert len(data["relationships"]["profile"]["data"]["id"]) == 26
    (delivery,) = post.deliveries
    assert (delivery.state, delivery.attempts, delivery.last_status, delivery.due_at) == ("delivered", 1, 200, None)
    assert post.send() is None


def test_the_same_event_told_again_is_one_delivery(post: Post) -> None:
    events = post.order(3)
    actions.tell_events(post.scope, events, now=post.now)
    post.send_all()
    actions.tell_events(post.scope, events, now=post.now)
    post.send_all()
    assert sorted(post.receiver.external_ids) == sorted(post.ids)


def test_what_nobody_asked_for_and_what_is_long_past_is_not_told(post: Post, charlie: Person) -> None:
    post.order(backfill=True)
    actions.change_webhook(post.scope, webhook_id=post.webhook_id, changes={}, topic_ids=["event:api.other"], now=NOON)
    post.order()
    assert post.deliveries == []


def test_deliveries_go_together_once_the_receiver_is_known_to_be_well(post: Post) -> None:
    post.order(120)
    assert post.send_all() == 8
    assert [len(got.external_ids) for got in post.receiver.got] == [1, 2, 4, 8, 16, 32, 50, 7]
    assert post.receiver.external_ids == post.ids  # In order.


def test_a_receiver_that_is_away_is_asked_again_later_and_later(post: Post) -> None:
    post.receiver.status = 503
    post.order()
    pauses = []
    for _ in range(5):
        assert post.send() is not None
        (delivery,) = post.deliveries
        assert delivery.state == "queued" and delivery.due_at is not None
        pauses.append((delivery.due_at - post.now).total_seconds())
        post.later(seconds=pauses[-1] + 60)
    for pause, expected in zip(pauses, (10, 30, 120, 600, 1800), strict=True):
        assert 0.8 * expected <= pause <= 1.2 * expected
    post.receiver.status = 200
    assert post.send() is not None
    shown = queries.get_delivery(post.scope, post.deliveries[0].id)
    assert shown.state == "delivered"
    assert [(one.status, one.reason) for one in shown.log] == [(503, "refused")] * 5 + [(200, "")]
    assert [one.reply for one in shown.log] == ["no, thank you"] * 5 + ["thank you"]
    assert post.webhook.failing_since is None


def test_while_it_is_away_not_every_delivery_knocks(post: Post) -> None:
    post.receiver.status = 500
    post.order(20)
    assert post.send_all() == 1  # One finds out; the others wait with it.
    assert len(post.receiver.got) == 1
    post.receiver.status = 200
    post.later(seconds=13)
    post.send_all()
    assert sorted(set(post.receiver.external_ids)) == sorted(post.ids)


def test_one_that_is_refused_for_what_it_is_does_not_hold_up_the_others(post: Post) -> None:
    post.receiver.answers = [422]
    post.order(3)
    post.send_all()
    states = {one.external_id: one.state for one in post.deliveries}
    assert [states[one] for one in post.ids] == ["queued", "delivered", "delivered"]


def test_a_receiver_may_say_when_it_wants_to_be_asked_again(post: Post) -> None:
    post.receiver.answers = [429]
    post.receiver.headers = {"Retry-After": "300"}
    post.order()
    post.send()
    post.later(seconds=290)
    assert post.send() is None
    post.later(seconds=11)
    assert post.send() is not None
    assert post.deliveries[0].state == "delivered"


def test_after_a_day_a_delivery_is_given_up_with_its_reason(post: Post) -> None:
    post.receiver.status = 500
    post.order()
    while post.deliveries[0].state == "queued":
        post.send()
        post.later(minutes=20)
    assert (post.deliveries[0].state, post.deliveries[0].reason) == ("failed", "refused")
    assert post.now - NOON < timedelta(hours=26)


def test_a_webhook_that_fails_for_a_day_is_disabled_and_says_so(post: Post) -> None:
    post.receiver.status = 500
    while post.webhook.enabled and post.now - NOON < timedelta(hours=30):
        post.order()
        post.send_all()
        post.later(minutes=30)
    webhook = queries.get_webhook(post.scope, post.webhook_id)
    assert not webhook.enabled
    assert webhook.health.disabled_reason == "kept_failing"
    assert webhook.health.disabled_at is not None and webhook.health.disabled_at >= NOON + timedelta(hours=24)
    assert {one.reason for one in post.deliveries if one.state == "skipped"} == {"webhook_disabled"}
    assert not [one for one in post.deliveries if one.state == "queued"]
    asked = len(post.receiver.got)
    post.order()
    assert post.send_all() == 0 and len(post.receiver.got) == asked


def test_a_receiver_that_is_gone_is_asked_no_more(post: Post) -> None:
    post.receiver.status = 410
    post.order(2)
    post.send_all()
    assert (post.webhook.enabled, post.webhook.disabled_reason) == (False, "gone")
    assert [one.state for one in post.deliveries] == ["failed", "skipped"]


def test_a_redirect_is_not_followed(post: Post) -> None:
    post.receiver.status = 302
    post.receiver.headers = {"Location": "http://169.254.169.254/latest/meta-data"}
    post.order()
    outcome = post.send()
    assert outcome is not None and (outcome.status, outcome.reason) == (302, "redirected")
    assert len(post.receiver.got) == 1


def test_an_address_inside_this_network_is_never_asked(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "outgoing", lambda: Guard(resolve=lambda host, port: ["10.0.0.8"]))
    Webhook.objects.within(post.scope).update(endpoint_url="https://shop.example.com/hook")
    post.order()
    outcome = post.send()
    assert outcome is not None and (outcome.status, outcome.reason) == (None, "forbidden")
    assert post.receiver.got == []


def test_what_failed_is_told_again_by_hand(post: Post) -> None:
    post.receiver.status = 410
    post.order(3)
    post.send_all()
    with pytest.raises(Conflict):
        actions.redeliver(post.scope, webhook_id=post.webhook_id, now=post.now)
    post.receiver.status = 200
    actions.change_webhook(post.scope, webhook_id=post.webhook_id, changes={"enabled": True}, now=post.now)
    assert actions.redeliver(post.scope, webhook_id=post.webhook_id, now=post.now) == 3
    post.send_all()
    assert {one.state for one in post.deliveries} == {"delivered"}
    first = post.deliveries[0]
    assert actions.redeliver(post.scope, delivery_ids=[first.id], now=post.now) == 1
    post.send_all()
    assert post.receiver.external_ids.count(first.external_id) == 3


def test_a_test_is_sent_also_by_a_disabled_webhook_and_never_again(post: Post) -> None:
    actions.change_webhook(post.scope, webhook_id=post.webhook_id, changes={"enabled": False}, now=post.now)
    delivery_id = actions.send_test(post.scope, webhook_id=post.webhook_id, topic=None, now=post.now)
    post.receiver.status = 500
    assert post.send_all() == 1
    shown = queries.get_delivery(post.scope, delivery_id)
    assert (shown.state, shown.is_test, shown.last_status) == ("failed", True, 500)
    post.later(hours=2)
    assert post.send_all() == 0


def test_a_sender_that_died_is_followed_by_the_next(post: Post) -> None:
    post.order()
    assert sending.take(now=post.now) is not None  # And then its process ends.
    assert sending.take(now=post.now) is None
    post.later(seconds=61)
    assert post.send() is not None
    assert post.deliveries[0].state == "delivered"


def test_two_senders_never_hold_the_same_webhook(post: Post) -> None:
    post.order()
    assert sending.take(now=post.now) is not None
    assert sending.take(now=post.now) is None


def test_who_enters_a_segment_is_told_with_the_segment(post: Post) -> None:
    actions.change_webhook(
        post.scope, webhook_id=post.webhook_id, changes={}, topic_ids=[SEGMENT_ENTERED], now=post.now
    )
    change = SegmentChanged("Seg123", 1, 1_772_366_400_000, [(post.profile, "01JANN00000000000000000000")])
    for _ in range(2):
        actions.tell_segment(post.scope, SEGMENT_ENTERED, [change], now=post.now)
    post.send_all()
    (item,) = post.receiver.got[0].document["data"]
    assert len(post.receiver.got) == 1
    assert item["topic"] == "segment:entered"
    assert item["payload"]["data"]["relationships"] == {
        "profile": {"data": {"type": "profile", "id": "01JANN00000000000000000000"}},
        "segment": {"data": {"type": "segment", "id": "Seg123"}},
    }
    assert item["payload"]["data"]["attributes"]["change"] == "entered"


def test_what_is_to_be_told_of_somebody_forgotten_is_not_told(post: Post) -> None:
    post.order()
    actions.forget_profile(post.scope, number=post.profile)
    assert post.deliveries == []
    assert post.send_all() == 0


def test_what_was_told_of_somebody_merged_is_forgotten_with_who_they_became(post: Post) -> None:
    post.order()
    actions.hand_over(post.scope, source=post.profile, destination=post.profile + 1)
    actions.forget_profile(post.scope, number=post.profile)
    assert len(post.deliveries) == 1
    actions.forget_profile(post.scope, number=post.profile + 1)
    assert post.deliveries == []


def test_what_ended_long_ago_is_removed(post: Post) -> None:
    post.order()
    post.send_all()
    post.later(days=13)
    assert actions.prune(now=post.now) == 0
    post.later(days=2)
    assert actions.prune(now=post.now) == 1
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)


def test_the_secret_is_kept_sealed_and_its_address_is_cut(post: Post) -> None:
    assert SECRET not in post.webhook.secret
    shown = json.dumps(str(queries.get_webhook(post.scope, post.webhook_id)))
    assert SECRET not in shown and "0123456789abcdef" not in shown


def test_charlie_can_do_nothing_with_annas_webhook(post: Post, charlie: Person) -> None:
    post.order()
    post.send_all()
    with pytest.raises(NotFound):
        actions.send_test(charlie.scope, webhook_id=post.webhook_id, topic=None, now=post.now)
    with pytest.raises(NotFound):
        actions.redeliver(charlie.scope, delivery_ids=[post.deliveries[0].id], now=post.now)
    with pytest.raises(NotFound):
        actions.delete_webhook(charlie.scope, webhook_id=post.webhook_id)
    other = Scope(charlie.account_id, charlie.scope.account_number)
    actions.tell_events(other, post.order(), now=post.now)
    assert Delivery.objects.within(other).count() == 0
