"""Who the numbers of a source are, and whether each may be written to now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from cairn.domains.lists import queries as lists
from cairn.domains.lists.contracts import CONFIRM, Confirmation, Waiting
from cairn.domains.messaging.composing import Site
from cairn.domains.messaging.contracts import CONFIRMATION, Content
from cairn.domains.messaging.people import Recipient, recipient_of
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import EMAIL_MARKETING, EMAIL_TRANSACTIONAL, Snapshot
from cairn.infra.mail import mime
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is to get a message. `reason` says why they are not written to; empty: they are."""

    recipient: Recipient | None
    reason: str = ""
    profile_id: str = ""
    email: str = ""


def addressees(
    scope: Scope, content: Content, numbers: Sequence[int], *, site: Site, now: datetime
) -> dict[int, Addressee]:
    """An answer for every number."""
    if content.kind == CONFIRMATION:
        return waiting(scope, numbers, site=site, now=now)
    return {number: known(found, content.list_id) for number, found in profiles.snapshots(scope, numbers).items()}


def known(found: Snapshot, list_id: str) -> Addressee:
    verdict = profiles.verdict(found, EMAIL_MARKETING, list_id)
    if found.profile is None:
        return Addressee(None, str(verdict.reason).lower())
    reason = "" if verdict.allowed else str(verdict.reason).lower()
    return Addressee(recipient_of(found.profile), reason, found.profile.id, verdict.email)


def waiting(scope: Scope, numbers: Sequence[int], *, site: Site, now: datetime) -> dict[int, Addressee]:
    """People who are asked for a confirmation; the ledger knows them by numbers below zero."""
    found = lists.waiting(scope, [-number for number in numbers])
    owners = profiles.numbers_of_emails(scope, {one.email for one in found.values()})
    snapshots = profiles.snapshots(scope, owners.values())
    answer = {}
    for number in numbers:
        one = found.get(-number)
        if one is None:
            answer[number] = Addressee(None, "not_waiting")
            continue
        snapshot = snapshots.get(owners.get(one.email, 0))
        profile_id = snapshot.profile.id if snapshot and snapshot.profile else ""
        reason = why_not(one, snapshot, now)
        answer[number] = Addressee(asked(scope, one, profile_id, site), reason, profile_id, one.email)
    return answer


def why_not(one: Waiting, snapshot: Snapshot | None, now: datetime) -> str:
    if one.confirmed_at is not None:
        return "already_confirmed"
    if one.expires <= now:
        return "expired"
    if not mime.is_address(one.email):
        return "invalid_email"
    if snapshot and snapshot.profile and snapshot.profile.email == one.email:
        # Asking is no marketing; but what bounced or complained is left in peace.
        verdict = profiles.verdict(snapshot, EMAIL_TRANSACTIONAL)
        return "" if verdict.allowed else str(verdict.reason).lower()
    return ""


def asked(scope: Scope, one: Waiting, profile_id: str, site: Site) -> Recipient:
    # What proves the sign-up stays in its row, so that the link is short.
    change = msgspec.structs.replace(one.change, text="", ip="", user_agent="")
    token = seal(site.key, CONFIRM, Confirmation(scope.account_id, int(one.expires.timestamp()), change))
    return Recipient(-one.number, profile_id, one.email, confirm_link=f"{site.url}/c/{token}?lang={one.language}")
