import asyncio
import time

import pytest

from cairn.domains.messaging.contracts import CLICK, OPEN
from cairn.infra.eventlog.memory import MemoryLog
from cairn.infra.eventlog.port import Lane, Record
from cairn.kernel.signing import unseal
from cairn.public.tests.driving import SECRET, commands, header, token, visit
from cairn.public.tracking import Tracking

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_an_open_is_an_event_of_the_message(log: MemoryLog) -> None:
    reply = visit(Tracking(log, SECRET).open, token(OPEN), user_agent=FIREFOX)
    assert (reply.status, header(reply, "content-type"), reply.body[:6]) == (200, "image/gif", b"GIF89a")
    assert "no-store" in header(reply, "cache-control")
    (event,) = commands(log, Lane.LIVE)[0]["events"]
    assert abs(event["time"] - time.time()) < 5
    assert (event["metric"], event["service"], event["message"]) == ("Opened Email", "cairn", "01MESSAGE")
    assert event["profile"] == {"id": "01PROFILE"}
    assert event["unique_id"] == f"01DELIVERY:{event['time']}"
    assert event["properties"] == {
        "$message": "01MESSAGE",
        "$campaign": "01CAMPAIGN",
        "$message_send_cohort": "1700000000:01MESSAGE",
        "Client Name": "Firefox",
        "Client Canonical": "Firefox",
        "Client Type": "Desktop",
        "Apple Privacy Open": False,
    }
    assert log.entries[Lane.LIVE][0].record.account_id == "AnnaAA"


def test_apples_proxy_is_marked(log: MemoryLog) -> None:
    visit(Tracking(log, SECRET).open, token(OPEN), user_agent="Mozilla/5.0")
    assert commands(log, Lane.LIVE)[0]["events"][0]["properties"]["Apple Privacy Open"] is True


@pytest.mark.parametrize(
    ("url", "before", "after"),
    [
        ("https://shop.test/lamp", "https://shop.test/lamp?_kx=", ""),
        ("https://shop.test/?a=1&b=%20#top", "https://shop.test/?a=1&b=%20&_kx=", "#top"),
        ("http://shop.test", "http://shop.test?_kx=", ""),
    ],
)
def test_a_click_leads_on_and_says_who_comes(log: MemoryLog, url: str, before: str, after: str) -> None:
    reply = visit(Tracking(log, SECRET).click, token(CLICK, url), user_agent=FIREFOX)
    target = header(reply, "location")
    assert reply.status == 302
    assert target.startswith(before) and target.endswith(after)
    kx = target.removeprefix(before).removesuffix(after)
    assert unseal(SECRET, "kx", kx, list[str]) == ["AnnaAA", "01PROFILE"]
    (event,) = commands(log, Lane.LIVE)[0]["events"]
    assert event["metric"] == "Clicked Email"
    assert (event["properties"]["URL"], event["properties"]["Bot Click"]) == (url, False)


@pytest.mark.parametrize("agent", ["Barracuda Sentinel (EE)", "Mozilla/5.0 (compatible; Googlebot/2.1)"])
def test_a_machines_click_is_marked(log: MemoryLog, agent: str) -> None:
    visit(Tracking(log, SECRET).click, token(CLICK, "https://shop.test"), user_agent=agent)
    assert commands(log, Lane.LIVE)[0]["events"][0]["properties"]["Bot Click"] is True


def test_looking_without_following_is_no_click(log: MemoryLog) -> None:
    reply = visit(Tracking(log, SECRET).click, token(CLICK, "https://shop.test"), method="HEAD")
    assert reply.status == 302
    assert commands(log, Lane.LIVE) == []


def test_a_redirect_does_not_need_the_log(log: MemoryLog) -> None:
    log.broken = True
    assert visit(Tracking(log, SECRET).click, token(CLICK, "https://shop.test")).status == 302
    assert visit(Tracking(log, SECRET).open, token(OPEN)).status == 200


class BrokenLog(MemoryLog):
    async def append(self, lane: Lane, record: Record) -> None:
        raise ZeroDivisionError("a bug of ours")


def test_a_redirect_survives_our_own_bugs() -> None:
    assert visit(Tracking(BrokenLog(), SECRET).click, token(CLICK, "https://shop.test")).status == 302


class StuckLog(MemoryLog):
    async def append(self, lane: Lane, record: Record) -> None:
        await asyncio.Event().wait()


def test_a_redirect_does_not_wait_for_a_stuck_log() -> None:
    started = time.monotonic()
    assert visit(Tracking(StuckLog(), SECRET).click, token(CLICK, "https://shop.test")).status == 302
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("damaged", ["", "x", "%%%", "ä", token(OPEN, "https://shop.test"), token(CLICK)[:-4] + "AAAA"])
def test_a_damaged_link_leads_nowhere(log: MemoryLog, damaged: str) -> None:
    reply = visit(Tracking(log, SECRET).click, damaged)
    assert reply.status == 404
    assert b"This link is damaged" in reply.body
    assert commands(log, Lane.LIVE) == []


def test_a_damaged_pixel_is_still_an_image(log: MemoryLog) -> None:
    assert visit(Tracking(log, SECRET).open, "x").body[:6] == b"GIF89a"
    assert commands(log, Lane.LIVE) == []
