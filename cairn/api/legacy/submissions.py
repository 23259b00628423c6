"""What pages of shops post without a private key, as a form or as JSON, from any origin."""

from typing import Any, Final

import msgspec

from cairn.api.edge.decode import check_properties
from cairn.api.kernel import errors
from cairn.api.legacy.calls import Given, merged, refuse_nul
from cairn.infra.http.cors import ANY_ORIGIN
from cairn.infra.http.exchange import BodyTooLarge, Header, Reply, Request
from cairn.kernel.errors import Invalid

LARGEST: Final = 64 * 1024
JSON: Final[tuple[Header, ...]] = (("content-type", "application/json"), ("cache-control", "no-store"), *ANY_ORIGIN)


async def submitted(request: Request) -> Given:
    """The fields of a submission. Raises Invalid for what cannot be read or kept."""
    try:
        content = await request.body(LARGEST)
    except BodyTooLarge:
        raise Invalid(f"A submission has at most {LARGEST // 1024} KB.") from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    found, _ = merged(request.head.query_string, content, kind)
    refuse_nul(found)
    try:
        check_properties(found, "")
    except errors.Refused as refusal:
        raise Invalid(refusal.problems[0].detail) from None
    return found


def text_of(fields: Given, name: str) -> str:
    value = fields.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def answer(status: int, body: dict[str, Any], headers: tuple[Header, ...] = ()) -> Reply:
    return Reply(status, msgspec.json.encode(body), [*JSON, *headers])


def throttled(seconds: int) -> Reply:
    detail = f"Request was throttled. Expected available in {seconds}.0 seconds."
    return answer(429, {"success": False, "errors": [detail], "detail": detail}, (("retry-after", str(seconds)),))


def away(detail: str) -> Reply:
    return answer(503, {"success": False, "errors": [detail]}, (("retry-after", "2"),))


def wrong_method() -> Reply:
    body = {"success": False, "errors": ["Send a POST."]}
    return answer(405, body, (("allow", "POST"),))
