"""A client of the old API for each person, and the hot calls without a server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cairn.api.edge.tests.driving import Edge
from tests.people import Person

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return Edge(tmp_path)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Legacy:
    """Calls the old API as one person, in whichever form: `query`, `form` and `body` (JSON) may come together."""

    def __init__(self, person: Person | None) -> None:
        self.key = person.private_key if person else None
        self.client = Client(enforce_csrf_checks=True)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        body: object = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        keyless: bool = False,
    ) -> Answer:
        """The key goes into the address, as most clients put it, unless the call is `keyless`."""
        own = {} if keyless else {"api_key": key or self.key or ""}
        content = urlencode(form, doseq=True).encode() if form is not None else b""
        content = json.dumps(body).encode() if body is not None else content
        reply = self.client.generic(
            method,
            f"{path}?{urlencode({**own, **(query or {})}, doseq=True)}",
            content,
            content_type=FORM if form is not None else "application/json" if body is not None else "",
            headers=dict(headers or {}),
        )
        return Answer(reply.status_code, dict(reply.headers), reply.content)

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: object) -> Answer:
        return self.call("POST", path, body=body)

    def form(self, method: str, path: str, **form: Any) -> Answer:
        return self.call(method, path, form=form)


@pytest.fixture
def old(anna: Person) -> Legacy:
    """Anna's."""
    return Legacy(anna)


@pytest.fixture
def bobs_old(bob: Person) -> Legacy:
    return Legacy(bob)


@pytest.fixture
def charlies_old(charlie: Person) -> Legacy:
    return Legacy(charlie)
