"""What stored events bring about besides segments: credits, and news for webhooks."""

from typing import Any

import pytest
from django.db import OperationalError

from cairn.domains.webhooks import actions as webhooks
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope
from cairn.workers import main


def test_a_mistake_about_webhooks_is_told_and_stops_nothing(
    scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> int:
        raise ValueError("a mistake")

    monkeypatch.setattr(webhooks, "tell_events", broken)
    main.follow(scope, [], clock.now())
    assert f"webhooks of {scope.account_id} could not be told of 0 events" in caplog.text


def test_a_store_that_is_away_is_waited_for(
    scope: Scope, clickhouse: ClickHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> int:
        raise OperationalError("PostgreSQL is away")

    monkeypatch.setattr(webhooks, "tell_events", away)
    with pytest.raises(OperationalError):
        main.follow(scope, [], clock.now())
