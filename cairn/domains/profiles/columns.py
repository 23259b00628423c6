"""The whole state of profiles as columns, by the ten thousand: Arrow reads what PostgreSQL's COPY writes, and no value
becomes an object on the way."""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from pyarrow import csv

from cairn.domains.profiles import store
from cairn.domains.profiles.contracts import SUBSCRIBED, StateColumns
from cairn.domains.profiles.snapshots import OF_ADDRESS
from cairn.infra.postgres.arrays import number_array
from cairn.kernel.scope import Scope

TEXTS: Final = (
    "id",
    "email",
    "phone_number",
    "external_id",
    "first_name",
    "last_name",
    "organization",
    "title",
    "locale",
    "image",
)
# What a row of consent, or a suppression, has in the place of a profile's texts.
CONSENT: Final = ("channel", "consent", "address", "method", "method_detail", "custom_source")
SUPPRESSION: Final = ("reason", "", "address")
MOMENT: Final = pa.timestamp("us", "UTC")
TYPES: Final = {
    "kind": pa.string(),
    "number": pa.int64(),
    **dict.fromkeys(TEXTS, pa.string()),
    "created": MOMENT,
    "updated": MOMENT,
    "location": pa.string(),
    "properties": pa.string(),
    "flag": pa.bool_(),
}
BY_REASON: Final = [("number", "ascending"), ("reason", "ascending")]
AS_WRITTEN: Final = csv.ConvertOptions(
    column_types=TYPES, strings_can_be_null=False, true_values=["t"], false_values=["f"]
)


def state_columns(scope: Scope, numbers: Iterable[int]) -> StateColumns:
    """Profiles as they are stored at one moment; those that are gone are left out."""
    wanted = {"account_id": scope.account_id, "numbers": number_array(sorted(set(numbers)))}
    with connection.cursor() as cursor, cursor.copy(store.statement("columns"), wanted) as copy:
        rows = read(b"".join(copy))
    profiles = rows.filter(pc.equal(rows["kind"], "profile")).sort_by("number")
    consents = renamed(rows.filter(pc.equal(rows["kind"], "consent")), CONSENT)
    suppressions = renamed(rows.filter(pc.equal(rows["kind"], "suppression")), SUPPRESSION)
    return StateColumns(
        profiles, consents.filter(holding(consents, profiles)), stopping(suppressions, profiles).sort_by(BY_REASON)
    )


def read(text: bytes) -> Any:
    if not text:
        return pa.schema(list(TYPES.items())).empty_table()
    # In one block: a profile may be larger than any that one would choose.
    return csv.read_csv(
        pa.BufferReader(text),
        csv.ReadOptions(column_names=list(TYPES), use_threads=False, block_size=len(text)),
        csv.ParseOptions(newlines_in_values=True),
        AS_WRITTEN,
    )


def renamed(rows: Any, names: tuple[str, ...]) -> Any:
    found = {name: rows[place] for name, place in zip(names, TEXTS, strict=False) if name}
    own = {"number": rows["number"], "at": rows["created"], "updated": rows["updated"], "double_optin": rows["flag"]}
    return pa.table({**found, **own})


def of_owner(rows: Any, profiles: Any, name: str) -> Any:
    """A text of the profile that each row belongs to; nothing where there is none."""
    return profiles[name].take(pc.index_in(rows["number"], profiles["number"].combine_chunks()))


def holding(consents: Any, profiles: Any) -> Any:
    channel = consents["channel"]
    of_phone = pc.if_else(pc.starts_with(channel, "mobile_push."), "", of_owner(consents, profiles, "phone_number"))
    address = pc.if_else(pc.starts_with(channel, "email."), of_owner(consents, profiles, "email"), of_phone)
    return pc.or_(pc.not_equal(consents["consent"], SUBSCRIBED), pc.equal(consents["address"], address))


def stopping(suppressions: Any, profiles: Any) -> Any:
    of_others = pc.is_in(suppressions["reason"], pa.array([str(reason) for reason in sorted(OF_ADDRESS)]))
    here = pc.equal(suppressions["address"], of_owner(suppressions, profiles, "email"))
    return suppressions.filter(pc.or_(pc.invert(of_others), here))
