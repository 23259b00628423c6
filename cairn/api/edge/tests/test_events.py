import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cairn.api.edge.tests.driving import COMPANY, Edge
from cairn.infra.eventlog.port import Lane

SINGLE = "/api/events"
BULK = "/api/event-bulk-create-jobs"


def event(**changes: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "properties": {"Brand": "Aurora"},
        "metric": {"data": {"type": "metric", "attributes": {"name": "Placed Order"}}},
        "profile": profile(email="ann@example.com"),
    }
    return {"data": {"type": "event", "attributes": attributes | changes}}


def profile(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "profile", "attributes": attributes}}


def metric(name: Any, **more: Any) -> dict[str, Any]:
    return {"data": {"type": "metric", "attributes": {"name": name, **more}}}


def group(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    items = []
    for item in events:
        item = copy.deepcopy(item["data"])
        item["attributes"].pop("profile")
        items.append(item)
    attributes = {"profile": profile(email="ann@example.com"), "events": {"data": items}} | changes
    return {"type": "event-bulk-create", "attributes": attributes}


def job(*groups: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"type": "event-bulk-create-job", "attributes": {"events-bulk-create": {"data": list(groups)}}}}


def test_an_event_is_in_the_log_before_it_is_accepted(edge: Edge) -> None:
    body = event(
        time="2026-05-04T10:00:00.9+02:00", value=9.5, value_currency="eur", unique_id="order-1", backfill=True
    )
    reply = edge.post(SINGLE, body)
    assert (reply.status, reply.body) == (202, b"")
    assert [(record.account_id, record.kind) for record in edge.records()] == [(COMPANY, "events.record")]
    assert edge.commands()[0]["events"] == [
        {
            "metric": "Placed Order",
            "profile": {"email": "ann@example.com"},
            "properties": {"Brand": "Aurora"},
            "time": int(datetime(2026, 5, 4, 8, tzinfo=UTC).timestamp()),
            "value": 9.5,
            "currency": "EUR",
            "unique_id": "order-1",
            "backfill": True,
        }
    ]


def test_properties_are_kept_as_they_were_sent(edge: Edge) -> None:
    raw = msgspec.json.encode(event()).replace(
        b'{"Brand":"Aurora"}',
        '{"b": 1.10, "a": [1,2.0,{"x":null}], "name": "نور 😀 \'; DROP TABLE x;-- {{ 7*7 }}"}'.encode(),
    )
    assert edge.post(SINGLE, raw).status == 202
    assert '{"b": 1.10, "a": [1,2.0,{"x":null}], "name": "نور 😀 \'; DROP TABLE x;-- {{ 7*7 }}"}'.encode() in (
        edge.records()[0].body
    )


def test_a_profile_says_all_it_can(edge: Edge) -> None:
    given = profile(
        email=" ann@example.com ",
        phone_number="+1 (202) 555-0143",
        external_id="a-1",
        anonymous_id="x",
        _kx="token",
        first_name="Ann",
        last_name=None,
        location={"city": "Porto", "latitude": "41.15", "longitude": -8.6},
        properties={"Vip": True},
    )
    given["data"]["meta"] = {"patch_properties": {"append": {"tags": "new"}, "unset": "old"}}
    assert edge.post(SINGLE, event(profile=given)).status == 202
    assert edge.commands()[0]["events"][0]["profile"] == {
        "email": "ann@example.com",
        "phone_number": "+12025550143",
        "external_id": "a-1",
        "anonymous_id": "x",
        "kx": "token",
        "attributes": {"first_name": "Ann"},
        "location": {"city": "Porto", "latitude": 41.15, "longitude": -8.6},
        "properties": {"Vip": True},
        "append": {"tags": "new"},
        "unset": ["old"],
    }


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"metric": metric("")}, "/data/attributes/metric/data/attributes/name"),
        ({"metric": metric("x" * 128)}, "/data/attributes/metric/data/attributes/name"),
        ({"metric": metric(5)}, "/data/attributes/metric/data/attributes/name"),
        ({"metric": {"data": {"type": "event", "attributes": {"name": "x"}}}}, "/data/attributes/metric/data/type"),
        ({"metric": "Placed Order"}, "/data/attributes/metric"),
        ({"properties": []}, "/data/attributes/properties"),
        ({"properties": None}, "/data/attributes/properties"),
        ({"properties": {str(n): n for n in range(401)}}, "/data/attributes/properties"),
        ({"properties": {"a": {"b": list(range(4001))}}}, "/data/attributes/properties/a/b"),
        ({"value": "9"}, "/data/attributes/value"),
        ({"value": True}, "/data/attributes/value"),
        ({"value": 1e12}, "/data/attributes/value"),
        ({"value_currency": "euro"}, "/data/attributes/value_currency"),
        ({"unique_id": 5}, "/data/attributes/unique_id"),
        ({"unique_id": "x" * 1001}, "/data/attributes/unique_id"),
        ({"backfill": "yes"}, "/data/attributes/backfill"),
        ({"time": {}}, "/data/attributes/time"),
        ({"profile": profile()}, "/data/attributes/profile/data/attributes"),
        ({"profile": profile(email="")}, "/data/attributes/profile/data/attributes"),
        ({"profile": profile(email="ann")}, "/data/attributes/profile/data/attributes/email"),
        ({"profile": profile(email={"a": 1})}, "/data/attributes/profile/data/attributes/email"),
        ({"profile": profile(phone_number="12")}, "/data/attributes/profile/data/attributes/phone_number"),
        ({"profile": profile(external_id="x" * 1001)}, "/data/attributes/profile/data/attributes/external_id"),
        (
            {"profile": profile(email="a@b.co", location={"latitude": 91})},
            "/data/attributes/profile/data/attributes/location/latitude",
        ),
        ({"profile": {"data": {"type": "person", "attributes": {}}}}, "/data/attributes/profile/data/type"),
        ({"profile": {"data": {"type": "profile"}}}, "/data/attributes/profile/data/attributes"),
    ],
)
def test_what_is_wrong_is_pointed_at(edge: Edge, changes: dict[str, Any], pointer: str) -> None:
    reply = edge.post(SINGLE, event(**changes))
    assert (reply.status, reply.error["code"], reply.pointer) == (400, "invalid", pointer)
    assert edge.nothing_accepted()


@pytest.mark.parametrize("name", ["metric", "profile", "properties"])
def test_what_is_missing_is_pointed_at(edge: Edge, name: str) -> None:
    body = event()
    del body["data"]["attributes"][name]
    assert edge.post(SINGLE, body).pointer == f"/data/attributes/{name}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"data": ', 400),
        (b"", 400),
        (b"[]", 400),
        (b'{"data":{"type":"event","attributes":{"properties":{"a":"\xff"}}}}', 400),
        (b"[" * 100_000, 400),
    ],
)
def test_what_is_no_document_is_refused(edge: Edge, body: bytes, status: int) -> None:
    reply = edge.post(SINGLE, body)
    assert (reply.status, reply.pointer) == (status, "/data")


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_properties_nest_ten_deep(edge: Edge) -> None:
    assert edge.post(SINGLE, event(properties=nested(10))).status == 202
    reply = edge.post(SINGLE, event(properties=nested(11)))
    assert (reply.status, reply.pointer) == (400, "/data/attributes/properties" + "/a" * 10)


def test_the_largest_allowed_is_accepted(edge: Edge) -> None:
    properties: dict[str, Any] = {f"Property {n}": "x" for n in range(398)}
    properties |= {"Long": "x" * 100_000, "Many": list(range(4000))}
    assert edge.post(SINGLE, event(properties=properties)).status == 202


@pytest.mark.parametrize("text", ["x" * 100_001, "é" * 50_001, '"' + "x" * 100_001])
def test_a_string_of_more_than_100_kb_is_refused(edge: Edge, text: str) -> None:
    reply = edge.post(SINGLE, event(properties={"Long": text}))
    assert (reply.status, reply.pointer) == (400, "/data/attributes/properties/Long")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"properties": {"Note": "a\0b"}}, "/data/attributes/properties/Note"),
        ({"properties": {"a\0b": 1}}, "/data/attributes/properties"),
        ({"unique_id": "\0"}, "/data/attributes/unique_id"),
        ({"profile": profile(email="a@b.co", first_name="\0")}, "/data/attributes/profile/data/attributes/first_name"),
    ],
)
def test_nul_characters_are_refused_and_pointed_at(edge: Edge, changes: dict[str, Any], pointer: str) -> None:
    reply = edge.post(SINGLE, event(**changes))
    assert (reply.status, reply.pointer) == (400, pointer)
    assert edge.nothing_accepted()


def test_an_escaped_backslash_before_u0000_is_no_nul(edge: Edge) -> None:
    assert edge.post(SINGLE, event(properties={"Note": "\\u0000"})).status == 202


def test_numbers_no_program_can_hold_are_refused(edge: Edge) -> None:
    raw = msgspec.json.encode(event()).replace(b'"Aurora"', b"1e999")
    assert edge.post(SINGLE, raw).pointer == "/data/attributes/properties"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04T10:00:00Z", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04T10:00:00+00:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04T10:00:00-03:30", datetime(2026, 5, 4, 13, 30, tzinfo=UTC)),
        ("2026-05-04T10:00:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04 10:00:00.999999", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2026-05-04", datetime(2026, 5, 4, tzinfo=UTC)),
        ("1990-01-01T00:00:00Z", datetime(1990, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_utc_and_cut_to_the_second(edge: Edge, text: str, expected: datetime) -> None:
    assert edge.post(SINGLE, event(time=text)).status == 202
    assert edge.commands()[0]["events"][0]["time"] == int(expected.timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "1989-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "yesterday",
        "",
        "1717171717",
    ],
)
def test_absurd_times_are_refused(edge: Edge, text: str) -> None:
    reply = edge.post(SINGLE, event(time=text))
    assert (reply.status, reply.pointer) == (400, "/data/attributes/time")


def test_more_than_a_year_ahead_is_refused(edge: Edge) -> None:
    reply = edge.post(SINGLE, event(time=(datetime.now(UTC) + timedelta(days=370)).isoformat()))
    assert (reply.status, reply.pointer) == (400, "/data/attributes/time")


def test_five_megabytes_are_too_much_however_they_come(edge: Edge) -> None:
    body = msgspec.json.encode(event(properties={"Long": "x" * (5 * 1024 * 1024)}))
    for pieces in (1, 7):
        reply = edge.post(SINGLE, body, pieces=pieces)
        assert (reply.status, reply.pointer) == (400, "/data")
        assert reply.error["detail"] == "The request body is larger than 5 MB."


def test_a_body_in_pieces_is_whole(edge: Edge) -> None:
    assert edge.post(SINGLE, event(), pieces=9).status == 202
    assert edge.commands()[0]["events"][0]["metric"] == "Placed Order"


def test_a_job_is_one_entry_of_the_bulk_lane(edge: Edge) -> None:
    body = job(
        group(event(unique_id="1"), event(unique_id="2"), profile=profile(email="ann@example.com", first_name="Ann")),
        group(event(unique_id="1"), profile=profile(email="bo@example.com"), backfill=True),
    )
    assert edge.post(BULK, body).status == 202
    assert edge.records() == []
    (command,) = edge.commands(Lane.BULK)
    assert [(item["profile"], item["unique_id"], item.get("backfill", False)) for item in command["events"]] == [
        ({"email": "ann@example.com", "attributes": {"first_name": "Ann"}}, "1", False),
        ({"email": "ann@example.com"}, "2", False),
        ({"email": "bo@example.com"}, "1", True),
    ]


AT = "/data/attributes/events-bulk-create/data"


@pytest.mark.parametrize(
    ("groups", "pointer"),
    [
        ([], AT),
        ([group()], AT),
        ([group(*[event()] * 1001)], AT),
        ([group(event()), group(event(), event(value=1e13))], f"{AT}/1/attributes/events/data/1/attributes/value"),
        ([group(event(metric=metric(7)))], f"{AT}/0/attributes/events/data/0/attributes/metric/data/attributes/name"),
        ([group(event(), profile=profile(email="x"))], f"{AT}/0/attributes/profile/data/attributes/email"),
        (
            [group(event(unique_id="1"), event(), event(unique_id="1"))],
            f"{AT}/0/attributes/events/data/2/attributes/unique_id",
        ),
        (
            [group(event(unique_id="1")), group(event(unique_id="1"))],
            f"{AT}/1/attributes/events/data/0/attributes/unique_id",
        ),
    ],
)
def test_one_wrong_event_refuses_the_whole_job(edge: Edge, groups: list[dict[str, Any]], pointer: str) -> None:
    reply = edge.post(BULK, job(*groups))
    assert (reply.status, reply.pointer) == (400, pointer)
    assert edge.nothing_accepted()


def test_the_same_unique_id_of_another_metric_or_person_is_another_event(edge: Edge) -> None:
    body = job(
        group(event(unique_id="1"), event(unique_id="1", metric=metric("Refunded Order"))),
        group(event(unique_id="1"), profile=profile(external_id="bo")),
    )
    assert edge.post(BULK, body).status == 202
    assert len(edge.commands(Lane.BULK)[0]["events"]) == 3


def test_a_log_that_refuses_accepts_nothing(edge: Edge) -> None:
    edge.log.broken = True
    reply = edge.post(SINGLE, event())
    assert (reply.status, reply.error["code"], reply.headers["retry-after"]) == (503, "unavailable", "2")
    assert edge.nothing_accepted()
