"""Waiting for a variant that is sold out: a shop's page says who waits for what.

It is kept as an event of the person, with the variant in it, and so waits on their timeline for whatever is made of it.
Catalogs, which would know when the variant returns, are not part of this: no message follows by itself.
"""

import time
from typing import Any, Final

import msgspec

from cairn.api.edge.keyring import Keyring
from cairn.api.edge.operations import CONSENT, RECORD
from cairn.api.kernel.ratelimit import XL, RateLimiter, for_account
from cairn.api.legacy.calls import TRUE, Given
from cairn.api.legacy.submissions import answer, away, submitted, text_of, throttled, wrong_method
from cairn.domains.events.contracts import EventDraft, RecordEvents
from cairn.domains.profiles.contracts import EMAIL_MARKETING, SUBSCRIBED, ChangeConsent, ConsentChange, ProfilePatch
from cairn.infra.eventlog.port import EventLog, Lane, Record
from cairn.infra.http.exchange import Reply, Request
from cairn.kernel.contact import is_email
from cairn.kernel.errors import Invalid, Unavailable

METRIC: Final = "Subscribed to Back in Stock"
PLATFORMS: Final = ("api", "bigcommerce", "magento_two", "shopify", "woocommerce")
LONGEST_ID: Final = 500
NAME: Final = "legacy back in stock"


class BackInStock:
    """Serves `/api/v1/catalog/subscribe` and `/onsite/components/back-in-stock/subscribe`."""

    def __init__(self, log: EventLog, keyring: Keyring, limiter: RateLimiter) -> None:
        self._log = log
        self._keyring = keyring
        self._limiter = limiter

    async def subscribe(self, request: Request) -> Reply:
        if request.method != "POST":
            return wrong_method()
        try:
            fields = await submitted(request)
            account = await self._keyring.account(text_of(fields, "a"))
            if account is None:
                raise Invalid("a must be the public key of an account.")
            limit = for_account(XL, NAME, account.rate_limits)
            wait = self._limiter.count(account.id, NAME, limit, int(time.time())).retry_after
            if wait:
                return throttled(wait)
            records = records_of(fields, account.id, time.time())
            for lane, record in records:
                await self._log.append(lane, record)
        except Invalid as refusal:
            return answer(400, {"success": False, "errors": [refusal.detail], "message": refusal.detail})
        except Unavailable as problem:
            return away(problem.detail)
        return answer(200, {"email": text_of(fields, "email"), "success": True})


def records_of(fields: Given, account_id: str, now: float) -> list[tuple[Lane, Record]]:
    """What the submission means: an event, after the consent that came with it."""
    email, variant = text_of(fields, "email"), text_of(fields, "variant")
    platform = text_of(fields, "platform").lower()
    if not is_email(email):
        raise Invalid("email must be a valid address.")
    if not 0 < len(variant) <= LONGEST_ID:
        raise Invalid("variant must be the id of a variant.")
    if platform not in PLATFORMS:
        raise Invalid(f"platform must be one of {', '.join(PLATFORMS)}.")
    product, store = text_of(fields, "product")[:LONGEST_ID], text_of(fields, "store")[:LONGEST_ID]
    said = {"VariantId": variant, "ProductID": product, "Platform": platform, "Store": store}
    properties: dict[str, Any] = {name: value for name, value in said.items() if value}
    found = []
    list_id = text_of(fields, "g")
    if list_id and text_of(fields, "subscribe_for_newsletter").lower() in TRUE:
        found.append((Lane.CONSENT, CONSENT, newsletter(email, list_id)))
    found.append((Lane.LIVE, RECORD, waiting(email, properties, f"{platform}:{variant}:{int(now)}")))
    return [(lane, Record(account_id, kind, msgspec.json.encode(body), int(now * 1000))) for lane, kind, body in found]


def waiting(email: str, properties: dict[str, Any], unique_id: str) -> msgspec.Struct:
    patch = ProfilePatch(email=email, trusted=False)
    return RecordEvents([EventDraft(metric=METRIC, profile=patch, properties=properties, unique_id=unique_id)])


def newsletter(email: str, list_id: str) -> msgspec.Struct:
    change = ConsentChange(
        profile=ProfilePatch(email=email, trusted=False),
        channel=EMAIL_MARKETING,
        consent=SUBSCRIBED,
        method="BACK_IN_STOCK",
        list_id=list_id,
    )
    return ChangeConsent([change])
