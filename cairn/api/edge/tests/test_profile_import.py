from typing import Any

import msgspec

from cairn.api.edge.profile_import import ProfileImport
from cairn.api.edge.tests.driving import HEADERS, Answer, Edge, answered, asked
from cairn.infra.http.exchange import Reply, Request
from cairn.kernel.ids import is_ulid

PATH = "/api/profile-import"


class Django:
    def __init__(self, status: int) -> None:
        self.status = status
        self.bodies: list[bytes] = []

    async def __call__(self, request: Request, content: bytes) -> Reply:
        self.bodies.append(content)
        return Reply(self.status, b"from Django")


def send(edge: Edge, django: Django, body: Any, **headers: str) -> Answer:
    endpoint = ProfileImport(edge.gate, django, "http://shop.test", clock=lambda: 10.0)
    return answered(endpoint.serve, asked("POST", PATH, msgspec.json.encode(body), HEADERS | headers, pieces=2))


def person(id: str | None = None, **attributes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "profile", "attributes": attributes}
    return {"data": data | ({"id": id} if id else {})}


def test_django_answers_while_postgresql_is_there(edge: Edge) -> None:
    django = Django(201)
    reply = send(edge, django, person(email="ann@example.com"))
    assert (reply.status, reply.body) == (201, b"from Django")
    assert msgspec.json.decode(django.bodies[0]) == person(email="ann@example.com")
    assert edge.nothing_accepted()


def test_the_log_keeps_what_postgresql_cannot(edge: Edge) -> None:
    body = person(email="ann@example.com", first_name="Ann", last_name=None, properties={"Vip": True})
    reply = send(edge, Django(503), body)
    data = msgspec.json.decode(reply.body)["data"]
    assert reply.status == 201
    assert is_ulid(data["id"])
    assert data["attributes"]["first_name"] == "Ann"
    assert data["links"] == {"self": f"http://shop.test/api/profiles/{data['id']}/"}
    (command,) = edge.commands()
    assert command["proposed_id"] == data["id"]
    assert command["profiles"] == [
        {
            "email": "ann@example.com",
            "attributes": {"first_name": "Ann", "last_name": None},
            "properties": {"Vip": True},
        }
    ]


def test_a_profile_named_by_its_id_keeps_it(edge: Edge) -> None:
    reply = send(edge, Django(503), person("01GDDKASAP8TKDDA2GRZDSVP4H", first_name="Ann", email=None))
    assert reply.status == 200
    assert msgspec.json.decode(reply.body)["data"]["id"] == "01GDDKASAP8TKDDA2GRZDSVP4H"
    assert edge.commands()[0]["proposed_id"] is None
    assert edge.commands()[0]["profiles"][0]["cleared"] == ["email"]


def test_postgresql_is_left_alone_for_a_moment_after_it_failed(edge: Edge) -> None:
    django = Django(503)
    endpoint = ProfileImport(edge.gate, django, "http://shop.test", clock=lambda: 10.0)
    for _ in range(3):
        body = msgspec.json.encode(person(email="ann@example.com"))
        assert answered(endpoint.serve, asked("POST", PATH, body, HEADERS)).status == 201
    assert len(django.bodies) == 1
    assert len(edge.records()) == 3


def test_the_log_takes_no_nonsense_either(edge: Edge) -> None:
    assert send(edge, Django(503), person(email="nobody")).pointer == "/data/attributes/email"
    assert send(edge, Django(503), person()).status == 400
    assert send(edge, Django(503), person(email="a@b.co"), authorization="Klaviyo-API-Key no").status == 401
    assert edge.nothing_accepted()
