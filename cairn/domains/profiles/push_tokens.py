"""Push tokens: devices, each with one owner. Registering one is no consent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from cairn.domains.profiles import touching
from cairn.domains.profiles.contracts import Device, PushTokenInfo
from cairn.domains.profiles.models import Profile, PushToken
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

# Provisional pushes arrive quietly, but they arrive.
SHOWN: Final = ("AUTHORIZED", "PROVISIONAL")
REFRESHED: Final = ("number", "platform", "vendor", "enablement_status", "background", "metadata", "recorded")


def register(scope: Scope, number: int, device: Device, *, now: datetime) -> None:
    """Note a device of a person. A known token moves to them."""
    register_all(scope, [(number, device)], now=now)


def row_of(scope: Scope, number: int, device: Device, *, now: datetime) -> PushToken:
    return PushToken(
        account_id=scope.account_id,
        id=ulid(),
        number=number,
        token=device.token,
        platform=device.platform,
        vendor=device.vendor,
        enablement_status=device.enablement_status,
        background=device.background,
        metadata=dict(device.metadata) if device.metadata else None,
        created=now,
        recorded=now,
    )


def register_all(scope: Scope, devices: Sequence[tuple[int, Device]], *, now: datetime) -> set[int]:
    """The same for many, by their owners' numbers, in order; the profiles that gained or lost one."""
    last = {device.token: (number, device) for number, device in devices}
    mine = PushToken.objects.within(scope)
    before = set(mine.filter(token__in=list(last)).values_list("number", flat=True))
    rows = [row_of(scope, number, device, now=now) for number, device in last.values()]
    PushToken.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "token"], update_fields=REFRESHED
    )
    changed = before | {number for number, _ in last.values()}
    touching.touch(scope, changed)
    return changed


def unregister_all(scope: Scope, tokens: Sequence[tuple[str, str]]) -> set[int]:
    """Forget devices by token and platform; the profiles that lost one. Unknown ones are passed over."""
    rows = PushToken.objects.within(scope).filter(token__in=[token for token, _ in tokens])
    wanted = set(tokens)
    gone = [row for row in rows if (row.token, row.platform) in wanted]
    PushToken.objects.within(scope).filter(id__in=[row.id for row in gone]).delete()
    changed = {row.number for row in gone}
    touching.touch(scope, changed)
    return changed


def unregister(scope: Scope, token_id: str) -> None:
    """Raises NotFound."""
    row = PushToken.objects.of(scope, token_id)
    PushToken.objects.within(scope).filter(id=token_id).delete()
    touching.touch(scope, [row.number])


def get_token(scope: Scope, token_id: str) -> PushTokenInfo:
    return info(PushToken.objects.of(scope, token_id))


def tokens_by_ids(scope: Scope, ids: Sequence[str]) -> list[PushTokenInfo]:
    return [info(row) for row in PushToken.objects.within(scope).filter(id__in=list(ids)).order_by("id")]


def token_ids_of(scope: Scope, numbers: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = PushToken.objects.within(scope).filter(number__in=list(numbers)).order_by("id")
    for number, token_id in rows.values_list("number", "id"):
        found.setdefault(number, []).append(token_id)
    return found


def with_device(scope: Scope, numbers: Iterable[int]) -> set[int]:
    """Those of the people who let an app show pushes."""
    rows = PushToken.objects.within(scope).filter(number__in=list(numbers), enablement_status__in=SHOWN)
    return set(rows.values_list("number", flat=True))


def list_tokens(scope: Scope, listing: Listing) -> Page[PushTokenInfo]:
    def owned(compare: Compare) -> Q:
        return Q(number__in=Profile.objects.within(scope).filter(id=compare.value).values("number"))

    columns: Columns = {
        "id": "id",
        "enablement_status": "enablement_status",
        "platform": "platform",
        "profile.id": owned,
    }
    return paged(PushToken.objects.within(scope).filter(matching(listing.where, columns)), listing, info)


def info(row: PushToken) -> PushTokenInfo:
    device = Device(row.token, row.platform, row.vendor, row.enablement_status, row.background, row.metadata)
    return PushTokenInfo(row.id, row.number, device, row.created, row.recorded)
