"""Consent of all people together: growth by day, means, and who can be reached now."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from cairn.domains.profiles import store
from cairn.domains.profiles.contracts import ChannelCount, ConsentGrowth, ConsentOverview, MethodCount, ReasonCount
from cairn.kernel.scope import Scope


def overview(scope: Scope, *, since: datetime, until: datetime, timezone: str) -> ConsentOverview:
    """Changes between two moments, by the account's days; the standing of now."""
    values: dict[str, Any] = {
        "account_id": scope.account_id,
        "since": since,
        "until": until,
        "timezone": timezone,
    }

    def rows(name: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(store.statement(name), values)
            return list(cursor.fetchall())

    zone = ZoneInfo(timezone)
    return ConsentOverview(
        days=days_of(since.astimezone(zone), until.astimezone(zone)),
        growth=[ConsentGrowth(*row) for row in rows("consent_growth")],
        methods=[MethodCount(*row) for row in rows("consent_methods")],
        channels=[ChannelCount(*row) for row in rows("consent_channels")],
        suppressions=[ReasonCount(*row) for row in rows("consent_suppressions")],
    )


def days_of(since: datetime, until: datetime) -> list[date]:
    """Every day that has a moment of the range."""
    last = (until - timedelta(microseconds=1)).date()
    return [since.date() + timedelta(days=passed) for passed in range((last - since.date()).days + 1)]
