"""`POST /api/profile-import`: at once while PostgreSQL is there, on the log while it is away.

A profile that is written at once is shown as it then is; one on the log as it was sent, with an id that is promised to
it: should it turn out to be known, the promised id will lead to it.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from cairn.api.edge.decode import check_strings, decode
from cairn.api.edge.gate import CONTENT_TYPE, LARGEST_PROFILE, Command, Gate, Rules
from cairn.api.edge.operations import UPSERT
from cairn.api.edge.profile_body import STANDARD, ProfileDocument, need_somebody, patch_of
from cairn.api.kernel.ratelimit import L
from cairn.domains.profiles.contracts import ProfilePatch, UpsertProfiles
from cairn.infra.eventlog.port import Lane
from cairn.infra.http.exchange import BodyTooLarge, Given, Reply, Request
from cairn.kernel.ids import ulid
from cairn.kernel.scope import Scope

AWAY: Final = 503
AWAY_SECONDS: Final = 2.0
PROFILE: Final = msgspec.json.Decoder(ProfileDocument)
RULES: Final = Rules("create_or_update_profile", L, frozenset({"profiles:write"}), largest=LARGEST_PROFILE)
AtOnce = Callable[[Request, bytes], Awaitable[Reply]]


class ProfileImport:
    """Serves the endpoint. `at_once` is Django's answer to the same request."""

    def __init__(self, gate: Gate, at_once: AtOnce, base_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._gate = gate
        self._at_once = at_once
        self._base_url = base_url
        self._clock = clock
        self._away_until = 0.0

    async def serve(self, request: Request) -> Reply:
        try:
            content = await request.body(LARGEST_PROFILE)
        except BodyTooLarge:
            content = b" " * (LARGEST_PROFILE + 1)
        if self._clock() >= self._away_until:
            reply = await self._at_once(request, content)
            if reply.status != AWAY:
                return reply
            self._away_until = self._clock() + AWAY_SECONDS
        return await self._gate.guard(RULES, Request(request.head, Given(content), request.path), self._promise)

    async def _promise(self, scope: Scope, content: bytes) -> Reply:
        data = decode(PROFILE, content).data
        check_strings(content)
        patch = patch_of(data, trusted=True, clearing=True)
        need_somebody(patch)
        proposed = patch.id or ulid()
        command = UpsertProfiles([patch], proposed_id=None if patch.id else proposed)
        await self._gate.append(scope, Lane.LIVE, Command(UPSERT, command))
        document = {"data": shown(patch, proposed, self._base_url)}
        return Reply(200 if patch.id else 201, msgspec.json.encode(document), [CONTENT_TYPE])


def shown(patch: ProfilePatch, profile_id: str, base_url: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "email": patch.email,
        "phone_number": patch.phone_number,
        "external_id": patch.external_id,
        **{name: patch.attributes.get(name) for name in STANDARD},
        "location": patch.location,
        "properties": patch.properties,
    }
    links = {"self": f"{base_url}/api/profiles/{profile_id}/"}
    return {"type": "profile", "id": profile_id, "attributes": attributes, "links": links}
