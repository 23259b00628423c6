"""Anna, Bob and Charlie, each with a client of the API that sends their key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from cairn.api.kernel.callers import KEYS
from cairn.api.kernel.errors import MEDIA_TYPE
from cairn.api.kernel.revisions import NEWEST
from cairn.urls import LIMITER
from tests.people import Person


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as tests read it."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.content) if self.content else {}
        assert isinstance(found, dict)
        return found

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def attributes(self) -> dict[str, Any]:
        found = self.data["attributes"]
        assert isinstance(found, dict)
        return found

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.data]

    @property
    def error(self) -> dict[str, Any]:
        """The first error."""
        found = self.json["errors"][0]
        assert isinstance(found, dict)
        return found


class Api:
    """Calls the API as one person; `body` is sent as JSON, `query` as the query string."""

    def __init__(self, person: Person | None) -> None:
        self.person = person
        self.client = Client(enforce_csrf_checks=True)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        raw: bytes | None = None,
        content_type: str = MEDIA_TYPE,
    ) -> Answer:
        sent: dict[str, str | None] = {"revision": NEWEST}
        if self.person:
            sent["Authorization"] = f"Klaviyo-API-Key {self.person.private_key}"
        sent |= dict(headers or {})
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        reply = self.client.generic(
            method,
            path,
            content,
            content_type=content_type if content else "",
            headers={name: value for name, value in sent.items() if value is not None},
            query_params=dict(query or {}),
        )
        return Answer(reply.status_code, dict(reply.headers), reply.content)

    def get(self, path: str, **query: str) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, type: str, attributes: object = None, **more: object) -> Answer:
        return self.call("POST", path, {"data": {"type": type, "attributes": attributes or {}, **more}})

    def patch(self, path: str, type: str, attributes: object = None, **more: object) -> Answer:
        id_ = path.rstrip("/").rsplit("/", 1)[1]
        return self.call("PATCH", path, {"data": {"type": type, "id": id_, "attributes": attributes or {}, **more}})

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def link(self, method: str, path: str, type: str, *ids: str) -> Answer:
        """POST, PATCH or DELETE of a to-many relationship."""
        return self.call(method, path, {"data": [{"type": type, "id": one} for one in ids]})


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the web process remembers between requests: keys are forgotten, and limits not enforced unless asked."""
    KEYS.forget()
    monkeypatch.setattr(LIMITER, "enforce", False)


@pytest.fixture
def rate_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits as a real server enforces them."""
    monkeypatch.setattr(LIMITER, "enforce", True)


@pytest.fixture
def api(anna: Person) -> Api:
    """Anna's."""
    return Api(anna)


@pytest.fixture
def bobs_api(bob: Person) -> Api:
    return Api(bob)


@pytest.fixture
def charlies_api(charlie: Person) -> Api:
    return Api(charlie)


@pytest.fixture
def nobodys_api(db: None) -> Api:
    """Sends no key."""
    return Api(None)
