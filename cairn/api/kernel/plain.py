"""Values of rows as JSON shows them: moments with an offset, records as objects. No Django."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

SIMPLE = frozenset({str, int, bool, float, type(None), msgspec.Raw})


def plain(value: Any) -> Any:
    if type(value) in SIMPLE:
        return value
    match value:
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case Decimal():
            return float(value)
        case msgspec.Struct():
            fields = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
            pairs = ((shown, getattr(value, name)) for shown, name in fields)
            return {shown: plain(inner) for shown, inner in pairs if inner is not msgspec.UNSET}
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value
