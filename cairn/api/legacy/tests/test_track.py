import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from cairn.api.edge.tests.driving import COMPANY, Answer, Edge
from cairn.api.kernel.ratelimit import Limit

PLAIN = {"authorization": None, "revision": None, "content-type": None}
FORM = PLAIN | {"content-type": "application/x-www-form-urlencoded"}


def payload(**changes: Any) -> dict[str, Any]:
    return {
        "token": COMPANY,
        "event": "Booked Class",
        "customer_properties": {"$email": "ines@studio.test", "$first_name": "Ines", "Belt": "Blue"},
        "properties": {"$event_id": "bk-1", "$value": "24.5", "Level": "Beginner"},
        "time": 1_700_000_000,
    } | changes


def packed(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def get(edge: Edge, path: str, value: Any, more: str = "") -> Answer:
    return edge.call("GET", f"{path}?data={quote(packed(value))}{more}", headers=PLAIN)


def test_an_event_is_taken_from_the_address(edge: Edge) -> None:
    reply = get(edge, "/api/track", payload())
    assert (reply.status, reply.body) == (200, b"1")
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert edge.commands()[0]["events"] == [
        {
            "metric": "Booked Class",
            "profile": {
                "email": "ines@studio.test",
                "attributes": {"first_name": "Ines"},
                "properties": {"Belt": "Blue"},
                "trusted": False,
            },
            "properties": {"Level": "Beginner"},
            "time": 1_700_000_000,
            "value": 24.5,
            "unique_id": "bk-1",
        }
    ]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"data=" + quote(json.dumps(payload())).encode(), FORM),
        (b"data=" + quote(packed(payload())).encode(), FORM),
        (json.dumps(payload()).encode(), PLAIN | {"content-type": "application/json"}),
        (json.dumps(payload()).encode(), PLAIN),
    ],
)
def test_an_event_is_taken_from_the_body_in_every_form(edge: Edge, body: bytes, headers: dict[str, str]) -> None:
    assert edge.call("POST", "/api/track", body, headers=headers).body == b"1"
    assert edge.commands()[0]["events"][0]["metric"] == "Booked Class"


def test_sloppy_base64_is_read(edge: Edge) -> None:
    given = payload(properties={"Note": "??>>~~ÿÿ"})
    data = packed(given)
    for text in (data.rstrip("="), data.replace("+", "-").replace("/", "_"), data.replace("+", " ")):
        assert edge.call("GET", f"/api/track?data={text.replace(' ', '%20')}", headers=PLAIN).body == b"1"
    assert edge.call("GET", f"/api/track?data={data}", headers=PLAIN).body == b"1"
    assert [command["events"][0]["properties"] for command in edge.commands()] == [{"Note": "??>>~~ÿÿ"}] * 4


def test_identify_writes_a_profile(edge: Edge) -> None:
    given = {
        "token": COMPANY,
        "properties": {
            "$email": "ines@studio.test",
            "$phone_number": "+351 912 345 678",
            "$id": 17,
            "$city": "Porto",
            "$title": None,
            "$append": {"Classes": "Spin"},
            "$unset": "Old",
            "$courses": 3,
        },
    }
    assert get(edge, "/api/identify", given).body == b"1"
    assert edge.records()[0].kind == "profiles.upsert"
    assert edge.commands()[0]["profiles"] == [
        {
            "external_id": "17",
            "email": "ines@studio.test",
            "phone_number": "+351912345678",
            "location": {"city": "Porto"},
            "properties": {"$courses": 3},
            "append": {"Classes": "Spin"},
            "unset": ["Old"],
            "trusted": False,
        }
    ]


def test_once_means_one_key_per_person_and_metric(edge: Edge) -> None:
    get(edge, "/api/track-once", payload(properties={}))
    get(edge, "/api/track", payload(properties={"__track_once__": True, "A": 1}))
    events = [command["events"][0] for command in edge.commands()]
    assert [event["unique_id"] for event in events] == ["__track_once__"] * 2
    assert events[1]["properties"] == {"A": 1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [(1_700_000_000.9, 1_700_000_000), ("1700000000", 1_700_000_000), (1_700_000_000_123, 1_700_000_000), (None, None)],
)
def test_times_of_all_kinds(edge: Edge, given: Any, expected: int | None) -> None:
    get(edge, "/api/track", payload(time=given))
    assert edge.commands()[0]["events"][0].get("time") == expected


def test_a_visit_is_called_by_its_name(edge: Edge) -> None:
    get(edge, "/api/track", payload(event="__activity__"))
    assert edge.commands()[0]["events"][0]["metric"] == "Active on Site"


@pytest.mark.parametrize(
    "given",
    [
        payload(event=None),
        payload(customer_properties={}),
        payload(customer_properties={"$email": "nobody"}),
        payload(customer_properties="ines"),
        payload(properties=[]),
        payload(properties={"Note": "a\0b"}),
        payload(properties={str(n): n for n in range(401)}),
        payload(time=int(time.time()) + 400 * 24 * 3600),
        payload(time=-5),
        [],
        5,
    ],
)
def test_what_cannot_be_taken_is_answered_0(edge: Edge, given: Any) -> None:
    reply = get(edge, "/api/track", given)
    assert (reply.status, reply.body) == (200, b"0")
    assert edge.nothing_accepted()


@pytest.mark.parametrize("query", ["", "?data=", "?data=!!!", "?data=" + base64.b64encode(b"{broken").decode()])
def test_what_is_no_payload_is_answered_0(edge: Edge, query: str) -> None:
    assert edge.call("GET", f"/api/track{query}", headers=PLAIN).body == b"0"


def test_a_wrong_token_is_not_told(edge: Edge) -> None:
    assert get(edge, "/api/track", payload(token="WrongG")).body == b"1"
    assert get(edge, "/api/track", payload(token=None)).body == b"1"
    assert edge.nothing_accepted()


def test_a_test_is_checked_and_not_kept(edge: Edge) -> None:
    assert get(edge, "/api/track", payload(), "&test=1").body == b"1"
    assert get(edge, "/api/track", payload(event=""), "&test=1").body == b"0"
    assert edge.nothing_accepted()


def test_a_pixel_for_pages_that_want_an_image(edge: Edge) -> None:
    reply = get(edge, "/api/track", payload(), "&i=1")
    assert (reply.headers["content-type"], reply.body[:6]) == ("image/gif", b"GIF89a")
    assert len(edge.records()) == 1


def test_a_log_that_refuses_is_not_hidden(edge: Edge) -> None:
    edge.log.broken = True
    assert get(edge, "/api/track", payload()).status == 503


def test_a_megabyte_is_too_much(edge: Edge) -> None:
    body = json.dumps(payload(properties={"Long": "x" * 1_100_000})).encode()
    assert edge.call("POST", "/api/track", body, headers=PLAIN).status == 413


def test_too_many_are_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.api.legacy.track.LIMIT", Limit(1, 1))
    edge = Edge(tmp_path, enforce=True)
    assert get(edge, "/api/track", payload()).status == 200
    refused = get(edge, "/api/track", payload())
    assert (refused.status, refused.body) == (429, b"0")
    assert int(refused.headers["retry-after"]) > 0
    assert len(edge.records()) == 1
