"""The retired Track & Identify calls, which old snippets and plugins still send. Answers are one character."""

import base64
import binascii
import logging
import math
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote_plus

import msgspec

from cairn.api.edge.decode import check_properties, walk
from cairn.api.edge.event_body import EARLIEST, LARGEST_VALUE, LATEST_AHEAD, LONGEST_METRIC
from cairn.api.edge.gate import MEGABYTE
from cairn.api.edge.keyring import Keyring
from cairn.api.edge.operations import RECORD, UPSERT
from cairn.api.kernel import errors
from cairn.api.kernel.ratelimit import Limit, RateLimiter, for_account
from cairn.api.legacy import special_keys
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.profiles.contracts import ProfilePatch, UpsertProfiles
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.cors import ANY_ORIGIN
from cairn.infra.http.exchange import BodyTooLarge, Header, Reply, Request
from cairn.kernel.errors import Invalid, Unavailable

logger = logging.getLogger(__name__)

LARGEST_PAYLOAD: Final = MEGABYTE
TEXT: Final[tuple[Header, ...]] = (("content-type", "text/html; charset=utf-8"), *ANY_ORIGIN)
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
MILLISECONDS_FROM: Final = 100_000_000_000
ONCE: Final = "__track_once__"
NAME: Final = "legacy track"
# Only a soft limit was ever published.
LIMIT: Final = Limit(2_000, 60_000)
# Names under which a metric is kept, by the names that the onsite script sends.
METRICS: Final = {"__activity__": "Active on Site"}


class NotTaken(Exception):
    """The payload is answered with 0."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a request carries, wherever it was put."""

    payload: dict[str, Any]
    pixel: bool
    test: bool


class Legacy:
    """Serves `/api/track`, `/api/track-once` and `/api/identify`."""

    def __init__(self, log: EventLog, keyring: Keyring, limiter: RateLimiter) -> None:
        self._log = log
        self._keyring = keyring
        self._limiter = limiter

    async def track(self, request: Request) -> Reply:
        return await self._serve(request, lambda payload: (RECORD, RecordEvents([tracked(payload, once=False)])))

    async def track_once(self, request: Request) -> Reply:
        return await self._serve(request, lambda payload: (RECORD, RecordEvents([tracked(payload, once=True)])))

    async def identify(self, request: Request) -> Reply:
        return await self._serve(request, lambda payload: (UPSERT, UpsertProfiles([identified(payload)])))

    async def _serve(self, request: Request, read: Any) -> Reply:
        if request.method not in ("GET", "POST"):
            return Reply(405, b"", [("allow", "GET, POST"), *ANY_ORIGIN])
        pixel = False
        try:
            call = await read_call(request)
            pixel = call.pixel
            kind, command = read(call.payload)
            wait = await self._keep(call, kind, command)
            if wait:
                return Reply(429, b"0", [*TEXT, ("retry-after", str(wait))])
        except (NotTaken, Invalid, errors.Refused) as refusal:
            logger.info("A call of %s was not taken: %s", request.path, refusal)
            return answer(b"0", pixel=pixel)
        except BodyTooLarge:
            return Reply(413, b"0", TEXT)
        except Unavailable:
            return Reply(503, b"0", [*TEXT, ("retry-after", "2")])
        return answer(b"1", pixel=pixel)

    async def _keep(self, call: Call, kind: str, command: msgspec.Struct) -> int:
        """Done once the command is on disk; or the seconds to wait, where there were too many."""
        token = call.payload.get("token")
        account = await self._keyring.account(token) if isinstance(token, str) else None
        if account is None or call.test:
            # As documented: a wrong token is answered like a right one, and nothing ever appears.
            return 0
        wait = self._limiter.count(
            account.id, NAME, for_account(LIMIT, NAME, account.rate_limits), int(time.time())
        ).retry_after
        if wait:
            return wait
        try:
            body = msgspec.json.encode(command)
        except (OverflowError, ValueError) as problem:
            raise NotTaken(str(problem)) from None
        await self._log.append(Lane.LIVE, Record(account.id, kind, body, int(time.time() * 1000)))
        return 0


def answer(digit: bytes, *, pixel: bool) -> Reply:
    if pixel:
        return Reply(200, PIXEL, [("content-type", "image/gif"), *ANY_ORIGIN])
    return Reply(200, digit, TEXT)


async def read_call(request: Request) -> Call:
    """The payload from `data` in query or form, or from a JSON body; the body wins."""
    query = parse_qs(request.head.query_string, keep_blank_values=True)
    options = {name: values[-1] for name, values in query.items()}
    payload: dict[str, Any] | None = None
    if request.method == "POST":
        content = await request.body(LARGEST_PAYLOAD)
        payload = posted(content, request.headers.get("content-type", "").lower())
    if payload is None:
        if "data" not in options:
            raise NotTaken("no data")
        payload = decoded(options["data"].encode())
    return Call(payload, pixel=options.get("i") == "1", test=options.get("test") == "1")


def posted(content: bytes, kind: str) -> dict[str, Any] | None:
    if not content.strip():
        return None
    if kind.startswith(("application/json", "text/plain")) or content.lstrip().startswith(b"{"):
        return as_object(content)
    if content.startswith(b"data="):
        return decoded(unquote_plus(content[5:].split(b"&")[0].decode("latin-1")).encode("latin-1", "replace"))
    fields = parse_qs(content.decode("latin-1"))
    return decoded(fields["data"][-1].encode("latin-1", "replace")) if "data" in fields else None


def decoded(data: bytes) -> dict[str, Any]:
    """The JSON of a `data` field: plain, or in base64 of either alphabet, with blanks for plus signs, unpadded."""
    if data.lstrip().startswith(b"{"):
        return as_object(data)
    packed = b"".join(data.replace(b" ", b"+").split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return as_object(base64.b64decode(packed + b"=" * (-len(packed) % 4)))
    except binascii.Error as problem:
        raise NotTaken(str(problem)) from None


def as_object(content: bytes) -> dict[str, Any]:
    try:
        content.decode()
        value = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise NotTaken(str(problem)) from None
    if not isinstance(value, dict):
        raise NotTaken("The payload is no object.")
    walk(value, "")
    return value


def tracked(payload: dict[str, Any], *, once: bool) -> EventDraft:
    """The event of a track call."""
    name = payload.get("event")
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_METRIC:
        raise NotTaken("no event")
    properties = dict(objects(payload.get("properties")))
    check_properties(properties, "/properties")
    once = bool(properties.pop(ONCE, False)) or once
    value, event_id = properties.pop("$value", None), properties.pop("$event_id", None)
    currency = properties.pop("$value_currency", properties.pop("$currency", None))
    return EventDraft(
        metric=METRICS.get(name, name),
        profile=patch_of(objects(payload.get("customer_properties"))),
        properties=properties,
        time=seconds_of(payload.get("time")),
        value=number_of(value),
        currency=currency.upper() if isinstance(currency, str) and len(currency) == 3 else None,
        unique_id=ONCE if once else None if event_id is None else str(event_id)[:1000],
    )


def identified(payload: dict[str, Any]) -> ProfilePatch:
    return patch_of(objects(payload.get("properties")))


def objects(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotTaken("Properties are an object.")
    return value


def patch_of(given: dict[str, Any]) -> ProfilePatch:
    return special_keys.need_somebody(special_keys.patch_of(given, trusted=False))


def number_of(value: Any) -> float | None:
    """A `$value`, which libraries also send as text."""
    number = as_number(value)
    return number if number is not None and abs(number) < LARGEST_VALUE else None


def seconds_of(value: Any) -> int | None:
    """Unix seconds, also as a float, as digits, or in milliseconds."""
    number = as_number(value)
    if number is None:
        return None
    seconds = int(number / 1000 if abs(number) >= MILLISECONDS_FROM else number)
    if not EARLIEST <= seconds <= time.time() + LATEST_AHEAD:
        raise NotTaken("an absurd time")
    return seconds


def as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
