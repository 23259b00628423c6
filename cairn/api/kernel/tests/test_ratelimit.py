"""Rate limits: windows, headers, an account's own."""

from datetime import UTC, datetime, timedelta

from cairn.api.kernel.ratelimit import Limit, RateLimiter, S, for_account

NOON = datetime(2026, 7, 15, 12, 0, 0, tzinfo=UTC)


def test_the_fourth_request_in_a_second_waits_for_the_next() -> None:
    limiter = RateLimiter(enforce=True)
    waits = [limiter.take("A", "get_tags", S, NOON).retry_after for _ in range(4)]
    assert waits == [0, 0, 0, 1]
    assert limiter.take("A", "get_tags", S, NOON + timedelta(seconds=1)).retry_after == 0


def test_a_full_minute_waits_for_its_end() -> None:
    limiter = RateLimiter(enforce=True)
    limit = Limit(burst=100, steady=2)
    moment = NOON + timedelta(seconds=15)
    assert [limiter.take("A", "x", limit, moment).retry_after for _ in range(3)] == [0, 0, 45]


def test_a_daily_cap_waits_for_the_day() -> None:
    limiter = RateLimiter(enforce=True)
    limit = Limit(burst=100, steady=100, daily=1)
    assert limiter.take("A", "x", limit, NOON).retry_after == 0
    assert limiter.take("A", "x", limit, NOON + timedelta(hours=1)).retry_after == 11 * 3600


def test_others_are_not_concerned() -> None:
    limiter = RateLimiter(enforce=True)
    limit = Limit(burst=1, steady=1)
    assert limiter.take("A", "x", limit, NOON).retry_after == 0
    assert limiter.take("B", "x", limit, NOON).retry_after == 0
    assert limiter.take("A", "y", limit, NOON).retry_after == 0
    assert limiter.take("A", "x", limit, NOON).retry_after > 0


def test_headers_tell_the_steady_window() -> None:
    limiter = RateLimiter(enforce=True)
    taken = limiter.take("A", "x", Limit(75, 750), NOON + timedelta(seconds=20))
    assert taken.headers() == {
        "RateLimit-Limit": "75, 75;w=1, 750;w=60",
        "RateLimit-Remaining": "749",
        "RateLimit-Reset": "40",
    }


def test_switched_off_it_counts_and_refuses_nobody() -> None:
    limiter = RateLimiter(enforce=False)
    limit = Limit(1, 2)
    assert [limiter.take("A", "x", limit, NOON).retry_after for _ in range(5)] == [0] * 5
    assert limiter.take("A", "x", limit, NOON).remaining == 0


def test_an_account_has_its_own() -> None:
    assert for_account(S, "get_tags", {}) == S
    assert for_account(S, "get_tags", {"*": {"burst": 50}}) == Limit(50, 60)
    assert for_account(S, "get_tags", {"*": {"burst": 50}, "get_tags": {"steady": 9}}) == Limit(3, 9)
