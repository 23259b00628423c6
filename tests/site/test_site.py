"""The site as a whole: what goes where."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from cairn import site, wiring
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.tests.exchanges import Exchange, Head
from tests.people import Person, owner

Story = Callable[[httpx.AsyncClient], Awaitable[None]]


class Direct(httpx.AsyncBaseTransport):
    """Asks an application without a server between."""

    def __init__(self, application: site.Site) -> None:
        self._application = application

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url, headers = request.url, dict(request.headers.items())
        exchange = Exchange([await request.aread()])
        head = Head(request.method, url.path, url.query.decode(), headers)
        await self._application.serve(head, exchange)
        return httpx.Response(exchange.status, headers=[*exchange.headers], content=b"".join(exchange.chunks))


@pytest.fixture
def tell(transactional_db: None) -> Iterator[Callable[[Story], None]]:
    """Runs a story against a started site; the log of this process is given back afterwards."""

    async def run(story: Story) -> None:
        application = site.Site()
        await application.start()
        try:
            async with httpx.AsyncClient(transport=Direct(application), base_url="http://shop.test") as client:
                await story(client)
        finally:
            await application.stop()
            wiring.event_log.cache_clear()

    yield lambda story: asyncio.run(run(story))
    # The site froze what lived when it started; its threads' connections are among what ended since.
    gc.unfreeze()
    gc.collect()


def keyed(person: Person, **more: str) -> dict[str, str]:
    return {
        "authorization": f"Klaviyo-API-Key {person.private_key}",
        "revision": "2026-07-15",
        "content-type": "application/vnd.api+json",
    } | more


def event(name: str) -> dict[str, Any]:
    profile = {"data": {"type": "profile", "attributes": {"email": "ann@example.com"}}}
    metric = {"data": {"type": "metric", "attributes": {"name": name}}}
    return {"data": {"type": "event", "attributes": {"properties": {}, "metric": metric, "profile": profile}}}


@pytest.fixture
def shopkeeper(transactional_db: None) -> Person:
    return owner("Anna")


def accepted() -> int:
    return sum(wiring.log_reader().ends(Lane.LIVE).values())


def test_hot_paths_are_found_with_and_without_a_slash(tell: Callable[[Story], None], shopkeeper: Person) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        before = accepted()
        for path in ("/api/events", "/api/events/"):
            assert (await client.post(path, json=event("Bought"), headers=keyed(shopkeeper))).status_code == 202
        assert accepted() == before + 2

    tell(story)


def test_listing_events_is_not_hot(tell: Callable[[Story], None], shopkeeper: Person, clickhouse: object) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        reply = await client.get("/api/events", headers=keyed(shopkeeper))
        assert (reply.status_code, reply.json()["data"]) == (200, [])

    tell(story)


def test_the_rest_of_the_api_is_djangos(tell: Callable[[Story], None], shopkeeper: Person) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        reply = await client.get("/api/accounts/", headers=keyed(shopkeeper))
        assert reply.json()["data"][0]["id"] == shopkeeper.account_id
        reply = await client.get("/api/nothing-like-this", headers=keyed(shopkeeper))
        assert (reply.status_code, reply.headers["content-type"]) == (404, "application/vnd.api+json")

    tell(story)


def test_a_profile_is_imported_at_once(tell: Callable[[Story], None], shopkeeper: Person, clickhouse: object) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        body = {"data": {"type": "profile", "attributes": {"email": "ann@example.com", "first_name": "Ann"}}}
        created = await client.post("/api/profile-import", json=body, headers=keyed(shopkeeper))
        updated = await client.post("/api/profile-import/", json=body, headers=keyed(shopkeeper))
        assert (created.status_code, updated.status_code) == (201, 200)
        assert created.json()["data"]["id"] == updated.json()["data"]["id"]

    tell(story)


@pytest.mark.parametrize("path", ["/client/events", "/client/profiles", "/api/track", "/client/anything"])
def test_browsers_may_ask_from_any_page(tell: Callable[[Story], None], path: str) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        asking = {"origin": "https://shop.test", "access-control-request-headers": "revision,content-type"}
        reply = await client.options(path, headers=asking | {"access-control-request-method": "POST"})
        assert reply.status_code == 204
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["access-control-allow-headers"] == "revision,content-type"
        assert "POST" in reply.headers["access-control-allow-methods"]

    tell(story)


def test_a_signed_in_browser_needs_its_token_also_on_hot_paths(
    tell: Callable[[Story], None], shopkeeper: Person
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        signing_in = {"data": {"type": "session", "attributes": {"email": shopkeeper.email}}}
        signing_in["data"]["attributes"]["password"] = shopkeeper.password  # type: ignore[index]
        reply = await client.post("/api/sessions", json=signing_in)
        assert reply.status_code == 201
        before = accepted()
        plain = {"content-type": "application/vnd.api+json"}
        assert (await client.post("/api/events", json=event("Bought"), headers=plain)).status_code == 403
        assert accepted() == before
        token = {"x-csrftoken": client.cookies["cairn_csrf"], "origin": "http://shop.test"}
        assert (await client.post("/api/events", json=event("Bought"), headers=plain | token)).status_code == 202
        assert accepted() == before + 1

    tell(story)


def test_damaged_links_are_told_and_break_nothing(tell: Callable[[Story], None]) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        found = [(await client.get(f"{path}x")).status_code for path in ("/t/o/", "/t/c/", "/u/", "/p/", "/w/")]
        assert found == [200, 404, 404, 404, 404]

    tell(story)


def test_the_floor_is_only_for_benchmarks(tell: Callable[[Story], None]) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        assert (await client.post("/-/floor")).status_code == 405

    tell(story)


def test_health_is_told(tell: Callable[[Story], None]) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        assert "parts" in (await client.get("/healthz")).json()

    tell(story)
