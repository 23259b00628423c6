"""Push tokens: devices, each with one owner. Registering one is no consent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from cairn.domains.profiles import store
from cairn.domains.profiles.contracts import Device, PushTokenInfo
from cairn.domains.profiles.models import Profile, PushToken
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.ids import ulid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

# Provisional pushes arrive quietly, but they arrive.
SHOWN: Final = ("AUTHORIZED", "PROVISIONAL")


def register(scope: Scope, number: int, device: Device, *, now: datetime) -> None:
    """Note a device of a person. A known token moves to them."""
    values: Mapping[str, Any] = {
        "platform": device.platform,
        "vendor": device.vendor,
        "enablement_status": device.enablement_status,
        "background": device.background,
        "metadata": dict(device.metadata) if device.metadata else None,
        "recorded": now,
    }
    row = PushToken(account_id=scope.account_id, id=ulid(), number=number, token=device.token, created=now, **values)
    PushToken.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["account", "token"], update_fields=["number", *values]
    )
    store.touch(scope, [number])


def unregister(scope: Scope, token_id: str) -> None:
    """Raises NotFound."""
    row = PushToken.objects.of(scope, token_id)
    PushToken.objects.within(scope).filter(id=token_id).delete()
    store.touch(scope, [row.number])


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
