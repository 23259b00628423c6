"""By whose days definitions are evaluated: the account's."""

from typing import TypeVar

import msgspec

from cairn.domains.accounts import queries as accounts
from cairn.domains.segments.calendars import calendar_of
from cairn.domains.segments.definition import DateFilter, LocalDateFilter
from cairn.kernel.scope import Scope

Part = TypeVar("Part")


def zone_of(scope: Scope) -> str:
    """The name of the account's time zone, `UTC` for every name of that."""
    return calendar_of(accounts.timezone(scope)).zone


def localized(part: Part, zone: str) -> Part:
    """A definition, or a part of one, whose date filters know the zone. In UTC it is as it was."""
    return part if zone == "UTC" else _localized(part, zone)


def _localized(part: Part, zone: str) -> Part:
    if isinstance(part, list):
        return [_localized(one, zone) for one in part]  # type: ignore[return-value]
    if not isinstance(part, msgspec.Struct):
        return part
    if isinstance(part, DateFilter):
        return LocalDateFilter(  # type: ignore[return-value]
            part.operator, part.date, part.start, part.end, part.unit, part.quantity, part.value, zone
        )
    fields = {name: _localized(getattr(part, name), zone) for name in part.__struct_fields__}
    return msgspec.structs.replace(part, **fields)


def asks_dates(part: object) -> bool:
    """Whether a resolved definition, or a part of one, may mean something else in another time zone."""
    if isinstance(part, DateFilter):
        return part.operator != "alltime"
    if isinstance(part, list):
        return any(asks_dates(one) for one in part)
    return isinstance(part, msgspec.Struct) and any(asks_dates(getattr(part, name)) for name in part.__struct_fields__)
