"""Whatever is sent to whichever endpoint of the old API, in whichever form: never a fault of ours, and each refusal in
the old words."""

import random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction

from cairn.api.legacy.endpoints import Endpoint
from cairn.api.legacy.table import table
from cairn.api.legacy.tests.conftest import Answer, Legacy
from cairn.domains.lists import actions as lists
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel import clock
from cairn.kernel.scope import Scope

SEED = 20_260_715
EACH = 6
NAMES = [
    *["page", "count", "since", "sort", "marker", "offset", "reason", "type", "unit", "measurement", "by", "where"],
    *["start_date", "end_date", "email", "emails", "phone_number", "phone_numbers", "push_tokens", "external_id"],
    *["person_id", "exchange_id", "profiles", "batch", "properties", "confirm_optin", "list_name", "name", "list_id"],
    *["template_id", "from_email", "from_name", "subject", "send_time", "html", "context", "to", "$unset", "$email"],
    *["$append", "use_smart_sending", "api_key"],
]
NASTY: list[Any] = [
    *["\0", "", "\ufffe", "x" * 9_000, "😀\u202eעברית'; DROP TABLE x;--", "{{7*7}}{% debug %}", "[[[[[[", '{"a":'],
    *["9999-99-99", "0001-01-01", "9999-12-31 23:59:59", "-1", "99999999999999999999", "1e308", "nan", "²", "'", "%00"],
    *["ann@example.com", "a@b.test,c@d.test", '[["a","=","b"]]', '["sum","x"]', "[" * 300, "true", "12-zz"],
    *[None, True, -1, 2**63, 10**30, 1e308, [], {}, [[[{}]]], [None], {"email": 5}, [{"email": ["x"]}, "x"]],
]
TEXTS = [one for one in NASTY if isinstance(one, str)]
IDS = ["absent", "é'\"%", "x" * 500, "0", "01GDDKASAP8TKDDA2GRZDSVP4H", "%", "{}"]


@pytest.fixture
def ids(scope: Scope, clickhouse: ClickHouse) -> dict[str, str]:
    """Something for each place in a path that really exists."""
    person = profiles.create(scope, ProfilePatch(email="ann@example.com"), now=clock.now()).id
    news = lists.create_list(scope, name="Newsletter", now=clock.now()).id
    return {"id": person, "person": person, "list": news, "group": news}


def sent(old: Legacy, endpoint: Endpoint, ids: dict[str, str], chance: random.Random) -> Answer:
    path = endpoint.path
    for place in (step.strip("{}") for step in path.split("/") if step.startswith("{")):
        id_ = ids[place] if place in ids and chance.random() < 0.7 else chance.choice(IDS)
        path = path.replace(f"{{{place}}}", quote(id_, safe=""))
    form = chance.choice(["query", "form", "body"])
    values = NASTY if form == "body" else TEXTS
    given = {name: chance.choice(values) for name in chance.sample(NAMES, chance.randint(1, 8))}
    given.pop("api_key", None)
    return old.call(endpoint.method, path, **{form: given})  # type: ignore[arg-type]


@pytest.mark.parametrize("endpoint", table().endpoints, ids=lambda one: one.id)
def test_nothing_breaks_an_endpoint(old: Legacy, ids: dict[str, str], endpoint: Endpoint) -> None:
    chance = random.Random(f"{SEED} {endpoint.id}")
    for _ in range(EACH):
        with transaction.atomic():
            reply = sent(old, endpoint, ids, chance)
            transaction.set_rollback(True)
        assert reply.status < 500, reply
        assert reply.status in (200, 400, 401, 404), reply
        if reply.status != 200:
            assert reply.json["status"] == reply.status
            assert reply.json["message"]


@pytest.mark.parametrize("key", [5, None, [], {"a": 1}, ["x"], True, "\0", "é", "x" * 5_000])
def test_no_key_breaks_the_door(old: Legacy, key: Any) -> None:
    reply = old.call("POST", "/api/v2/lists", body={"api_key": key, "list_name": "x"}, keyless=True)
    assert reply.status == 403, reply
