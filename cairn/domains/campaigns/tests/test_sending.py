"""A campaign from draft to mailbox, over real SMTP."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from cairn.domains.campaigns import actions, running
from cairn.domains.campaigns.models import Campaign
from cairn.domains.campaigns.queries import get_campaign
from cairn.domains.campaigns.tests.conftest import HTML, Shop
from cairn.domains.events.contracts import RecordEvents
from cairn.domains.lists import actions as lists
from cairn.domains.messaging import queries as messaging
from cairn.domains.messaging.contracts import CLICK, UNSUBSCRIBE, WEB_VIEW, MessageLink, Progress
from cairn.domains.messaging.models import Message
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as people
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch, Reason, SuppressProfiles
from cairn.infra.eventlog.port import Lane
from cairn.kernel import clock
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.signing import unseal


def unsubscribe(shop: Shop, profile_id: str) -> None:
    change = ConsentChange(ProfilePatch(id=profile_id), "email.marketing", "UNSUBSCRIBED")
    profiles.change_consent(shop.scope, [change], now=clock.now())


def events(shop: Shop) -> list[tuple[str, str, str]]:
    """Metric, profile and unique id of every event on the bulk lane."""
    found = []
    for entry in shop.log.entries[Lane.BULK]:
        for one in msgspec.json.decode(entry.record.body, type=RecordEvents).events:
            found.append((one.metric, one.profile.id or "", one.unique_id or ""))
    return found


def reasons(shop: Shop) -> dict[str, str]:
    """Address to state and reason."""
    rows = Message.objects.within(shop.scope).values_list("email", "state", "reason")
    return {email: f"{state}:{reason}".rstrip(":") for email, state, reason in rows}


def test_everybody_in_the_list_gets_one_mail(shop: Shop) -> None:
    ann = shop.person("ann@example.com", first_name="Ann")
    ben = shop.person("ben@example.com")
    done = shop.sent(shop.campaign(shop.list_of(ann, ben)))
    assert (done.status, done.progress) == ("Sent", Progress(recipients=2, sent=2))
    assert [mail["To"] for mail in shop.mails] == ["ann@example.com", "ben@example.com"]
    assert shop.to("ann@example.com")["Subject"] == "Hello Ann"
    assert sorted(one[:2] for one in events(shop)) == sorted([("Received Email", ann), ("Received Email", ben)])


def test_a_mail_can_be_left_in_one_click_and_its_links_are_signed(shop: Shop) -> None:
    ann = shop.person("ann@example.com", first_name="Ann")
    done = shop.sent(shop.campaign(shop.list_of(ann), html=HTML.replace("{% unsub", "{% web_view %}{% unsub")))
    mail = shop.to("ann@example.com")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"https://mail\.example\.com/t/c/([\w-]+)", page)
    assert link is not None
    assert link[0] in plain
    opened = unseal("key", CLICK, link[1], MessageLink)
    assert (opened.profile_id, opened.campaign, opened.message) == (ann, done.id, shop.message_id(done))
    assert opened.url.startswith("https://shop.example.com/sale?utm_source=Newsletter&utm_medium=email&utm_campaign=")
    token = mail["List-Unsubscribe"].split("/u/")[1].rstrip(">")
    assert unseal("key", UNSUBSCRIBE, token, MessageLink).delivery == opened.delivery
    assert "/t/o/" in page
    web = re.search(r"/w/([\w-]+)", page)
    assert web is not None
    shown = messaging.web_view(unseal("key", WEB_VIEW, web[1], MessageLink))
    assert shown is not None and "Hi Ann" in shown and "/t/o/" not in shown


def test_a_template_without_unsubscribe_link_gets_a_footer_with_one(shop: Shop) -> None:
    shop.sent(shop.campaign(shop.list_of(shop.person("ann@example.com")), html="<p>Buy!</p>"))
    mail = shop.to("ann@example.com")
    for kind in ("html", "plain"):
        assert "/u/" in mail.get_body((kind,)).get_content()  # type: ignore[union-attr]


def test_who_opted_out_after_the_audience_was_fixed_gets_nothing(shop: Shop) -> None:
    ann, ben = shop.person("ann@example.com"), shop.person("ben@example.com")
    cleo = shop.person("cleo@example.com")
    made = shop.campaign(shop.list_of(ann, ben, cleo))
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    running.run_due(shop.sender, now=clock.now())  # The audience is fixed here.
    running.run_due(shop.sender, now=clock.now())  # And in the ledger here.
    unsubscribe(shop, ben)
    number = people.numbers_of(shop.scope, [cleo])[cleo]
    profiles.suppress(shop.scope, [number], reason=Reason.USER_SUPPRESSED, at=clock.now(), now=clock.now())
    shop.work()
    assert [mail["To"] for mail in shop.mails] == ["ann@example.com"]
    progress = get_campaign(shop.scope, made.id).progress
    assert progress is not None and (progress.recipients, progress.sent, progress.skipped) == (3, 1, 2)
    assert set(reasons(shop).values()) == {"accepted", "skipped:unsubscribe", "skipped:user_suppressed"}


def test_while_accepted_consent_is_not_applied_nothing_is_handed_over(shop: Shop) -> None:
    made = shop.campaign(shop.list_of(shop.person("ann@example.com")))
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    for _ in range(5):
        running.run_due(shop.sender, now=clock.now(), may_send=False)
    assert (get_campaign(shop.scope, made.id).status, shop.mails) == ("Sending", [])
    shop.work()
    assert len(shop.mails) == 1


def test_excluded_lists_win_and_nobody_is_counted_twice(shop: Shop) -> None:
    ann, ben = shop.person("ann@example.com"), shop.person("ben@example.com")
    both, again, without = shop.list_of(ann, ben), shop.list_of(ann), shop.list_of(ben)
    made = shop.campaign(both, again)
    actions.update_campaign(shop.scope, made.id, excluded=[without], now=clock.now())
    assert actions.estimate_recipients(shop.scope, made.id, now=clock.now()).estimated_recipient_count == 1
    assert shop.sent(made).progress == Progress(recipients=1, sent=1)


def test_an_empty_audience_cancels_with_a_reason(shop: Shop) -> None:
    done = shop.sent(shop.campaign(shop.list_of()))
    assert (done.status, done.reason) == ("Cancelled: No Recipients", "The audience was empty.")


def test_a_second_campaign_within_sixteen_hours_is_skipped_by_smart_sending(shop: Shop) -> None:
    everybody = shop.list_of(shop.person("ann@example.com"))
    shop.sent(shop.campaign(everybody, smart=True))
    second = shop.sent(shop.campaign(everybody, smart=True))
    assert second.progress == Progress(recipients=1, skipped=1, skipped_reasons={"smart_sending": 1})
    assert len(shop.mails) == 1


@pytest.mark.parametrize(
    "bad", ["Ann\r\nBcc: all@example.com", "Ann\n\n<script>", "\x00x".replace("\x00", "\x1f"), "é\r\nX: y"]
)
def test_names_cannot_write_headers(shop: Shop, bad: str) -> None:
    shop.sent(shop.campaign(shop.list_of(shop.person("ann@example.com", first_name=bad)), from_label=bad))
    mail = shop.to("ann@example.com")
    assert mail["Bcc"] is None and mail["X"] is None
    assert mail["Subject"] == "Hello " + re.sub(r"[\r\n\x1f]+", " ", bad)
    assert mail["From"].addresses[0].addr_spec == "shop@example.com"
    assert "<script>" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["from_email", "reply_to_email", "cc_email", "bcc_email"])
def test_addresses_that_are_none_are_refused_when_saved(shop: Shop, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        shop.campaign(shop.list_of(), html=HTML, smart=False, **{name: "a@b.c>\r\nRCPT TO:<d@e.f"})
    assert (refused.value.pointer or "").endswith(f"definition/content/{name}")


def test_template_code_in_data_stays_text(shop: Shop) -> None:
    shop.sent(shop.campaign(shop.list_of(shop.person("ann@example.com", first_name="{{ person.email }}{% now %}"))))
    assert shop.to("ann@example.com")["Subject"] == "Hello {{ person.email }}{% now %}"


class TestRefusals:
    @pytest.fixture
    def judge(self) -> Callable[[str], str | None]:
        answers = {"gone@example.com": "550 5.1.1 no such user", "busy@example.com": "451 4.7.1 later"}
        return answers.get

    def test_an_unknown_mailbox_bounces_and_is_suppressed(self, shop: Shop) -> None:
        gone, fine = shop.person("gone@example.com"), shop.person("fine@example.com")
        done = shop.sent(shop.campaign(shop.list_of(gone, fine)))
        assert done.progress == Progress(recipients=2, sent=1, failed=1)
        assert reasons(shop) == {"gone@example.com": "failed:mailbox_unknown", "fine@example.com": "accepted"}
        assert {one[:2] for one in events(shop)} == {("Bounced Email", gone), ("Received Email", fine)}
        entry = shop.log.entries[Lane.CONSENT][0]
        command = msgspec.json.decode(entry.record.body, type=SuppressProfiles)
        assert (entry.record.kind, command.profile_ids) == ("profiles.suppress", [gone])
        assert command.reason == "HARD_BOUNCE"

    def test_a_busy_relay_is_tried_again_later(self, shop: Shop) -> None:
        made = shop.campaign(shop.list_of(shop.person("busy@example.com")))
        now = clock.now()
        actions.send_campaign(shop.scope, made.id, now=now)
        shop.work(now=now)
        assert get_campaign(shop.scope, made.id).status == "Sending"
        row = Message.objects.within(shop.scope).get()
        assert (row.state, row.reason, row.attempts, row.due_at) == (
            "queued",
            "provider_busy",
            1,
            now + timedelta(minutes=1),
        )
        for _ in range(10):
            now += timedelta(days=1)
            shop.work(now=now)
        assert get_campaign(shop.scope, made.id).progress == Progress(recipients=1, failed=1)


def test_a_relay_that_is_away_loses_nothing(shop: Shop) -> None:
    made = shop.campaign(shop.list_of(shop.person("ann@example.com")))
    shop.sink.stop()
    now = clock.now()
    actions.send_campaign(shop.scope, made.id, now=now)
    shop.work(now=now)
    row = Message.objects.within(shop.scope).get()
    assert (row.state, row.reason, row.attempts) == ("queued", "provider_unreachable", 0)


def test_a_sender_that_was_killed_doubles_nothing_it_knew_of(shop: Shop) -> None:
    """Both messages were in hand; the relay had answered for one."""
    ann, ben = shop.person("ann@example.com"), shop.person("ben@example.com")
    made = shop.campaign(shop.list_of(ann, ben))
    now = clock.now()
    actions.send_campaign(shop.scope, made.id, now=now)
    running.run_due(shop.sender, now=now)
    running.run_due(shop.sender, now=now)
    claimed = shop.sender.claim(shop.scope, shop.message_id(made), 0, now)
    shop.sender.seat.note(claimed[0].id)
    assert shop.sender.recover(now=now) == 2
    shop.work()
    assert [mail["To"] for mail in shop.mails] == ["ben@example.com"]
    assert get_campaign(shop.scope, made.id).progress == Progress(recipients=2, sent=2)
    assert sorted(one[0] for one in events(shop)) == ["Received Email", "Received Email"]
    assert shop.sender.seat.noted() == set()


def test_adding_recipients_goes_on_where_it_was_interrupted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "ADDED_AT_ONCE", 2)
    everybody = [shop.person(f"p{number}@example.com") for number in range(5)]
    the_list = shop.list_of(*everybody)
    made = shop.campaign(the_list)
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    running.run_due(shop.sender, now=clock.now())
    running.run_due(shop.sender, now=clock.now())
    assert Campaign.objects.within(shop.scope).get().added == 2
    # Whoever joins now is too late, whoever leaves too.
    lists.add_members(shop.scope, the_list, [shop.person("late@example.com")], now=clock.now())
    lists.remove_members(shop.scope, the_list, [everybody[4]])
    shop.work()
    assert get_campaign(shop.scope, made.id).progress == Progress(recipients=5, sent=5)


def test_cancelling_half_way_skips_the_rest(shop: Shop) -> None:
    made = shop.campaign(shop.list_of(shop.person("ann@example.com")))
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    running.run_due(shop.sender, now=clock.now())
    running.run_due(shop.sender, now=clock.now())
    actions.cancel_campaign(shop.scope, made.id, now=clock.now())
    shop.work()
    assert (shop.mails, reasons(shop)) == ([], {"": "skipped:cancelled"})
    assert get_campaign(shop.scope, made.id).status == "Cancelled"
    with pytest.raises(Conflict):
        actions.cancel_campaign(shop.scope, made.id, now=clock.now())


def test_a_scheduled_campaign_waits_for_its_time(shop: Shop) -> None:
    made = shop.campaign(shop.list_of(shop.person("ann@example.com")))
    at = datetime(2030, 1, 1, 10, tzinfo=UTC)
    strategy = {"method": "static", "datetime": at.isoformat()}
    actions.update_campaign(shop.scope, made.id, send_strategy=strategy, now=clock.now())
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    shop.work(now=at - timedelta(seconds=1))
    assert (get_campaign(shop.scope, made.id).status, shop.mails) == ("Scheduled", [])
    shop.work(now=at)
    assert (get_campaign(shop.scope, made.id).status, len(shop.mails)) == ("Sent", 1)


def test_a_throttled_campaign_sends_its_share_each_hour(shop: Shop) -> None:
    made = shop.campaign(shop.list_of(*[shop.person(f"p{number}@example.com") for number in range(4)]))
    at = datetime(2030, 1, 1, 10, tzinfo=UTC)
    strategy = {"method": "throttled", "datetime": at.isoformat(), "throttle_percentage": 50}
    actions.update_campaign(shop.scope, made.id, send_strategy=strategy, now=clock.now())
    actions.send_campaign(shop.scope, made.id, now=clock.now())
    shop.work(now=at)
    assert (get_campaign(shop.scope, made.id).status, len(shop.mails)) == ("Sending Segments", 2)
    shop.work(now=at + timedelta(hours=1))
    assert (get_campaign(shop.scope, made.id).status, len(shop.mails)) == ("Sent", 4)
