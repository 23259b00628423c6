"""What an account adds to the links in its messages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from cairn.domains.accounts.contracts import LinkParameter, LinkValue, TrackingSettings
from cairn.domains.accounts.models import Account
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.scope import Scope

STANDARD: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_id", "utm_term")
MOST_CUSTOM: Final = 5
LONGEST: Final = 500
CUSTOM: Final = "/data/attributes/custom_parameters"


def dynamic(value: str) -> LinkValue:
    return LinkValue("dynamic", value)


DEFAULTS: Final = (
    LinkParameter("utm_source", flow=dynamic("flow_name"), campaign=dynamic("group_name")),
    LinkParameter("utm_medium", flow=dynamic("message_type"), campaign=dynamic("message_type")),
    LinkParameter("utm_campaign", flow=dynamic("message_name_id"), campaign=dynamic("campaign_name_id")),
    LinkParameter("utm_id"),
    LinkParameter("utm_term"),
)


class Kept(msgspec.Struct):
    """The settings as they are stored."""

    auto_add_parameters: bool = True
    parameters: tuple[LinkParameter, ...] = DEFAULTS


def of_account(account: Account) -> TrackingSettings:
    kept = msgspec.convert(account.tracking or {}, Kept)
    return TrackingSettings(account.id, kept.auto_add_parameters, kept.parameters)


def tracking_settings(scope: Scope, account_id: str | None = None) -> TrackingSettings:
    """The account's settings; until somebody changes them, the usual ones. Raises NotFound for any other account."""
    account = Account.objects.filter(id=scope.account_id).first()
    if account is None or account_id not in (None, account.id):
        raise NotFound(f"A tracking-setting with id {account_id} does not exist.")
    return of_account(account)


def change_tracking(
    scope: Scope,
    *,
    auto_add: bool | None = None,
    standard: Mapping[str, Mapping[str, LinkValue | None]],
    custom: Sequence[LinkParameter] | None = None,
) -> TrackingSettings:
    """Change what is given: of a standard parameter its flow or campaign value, the custom ones as a whole. Raises
    Invalid."""
    before = tracking_settings(scope)
    known = {one.name: one for one in before.parameters}
    parameters = [msgspec.structs.replace(known[name], **standard.get(name, {})) for name in STANDARD]
    parameters += (
        checked(custom) if custom is not None else [one for one in before.parameters if one.name not in STANDARD]
    )
    for one in parameters:
        check_value(one)
    kept = Kept(before.auto_add_parameters if auto_add is None else auto_add, tuple(parameters))
    Account.objects.filter(id=scope.account_id).update(tracking=msgspec.to_builtins(kept))
    return TrackingSettings(scope.account_id, kept.auto_add_parameters, kept.parameters)


def checked(custom: Sequence[LinkParameter]) -> list[LinkParameter]:
    if len(custom) > MOST_CUSTOM:
        raise Invalid(f"At most {MOST_CUSTOM} custom parameters are possible.", pointer=CUSTOM)
    seen: set[str] = set(STANDARD)
    for position, one in enumerate(custom):
        at = f"{CUSTOM}/{position}/name"
        if not one.name or len(one.name) > 100 or any(sign in one.name for sign in " &=#?"):
            raise Invalid("A parameter's name has 1 to 100 characters, without blanks and &, =, #, ?.", pointer=at)
        if one.name in seen:
            raise Invalid(f"There is another parameter {one.name!r}.", pointer=at)
        seen.add(one.name)
    return list(custom)


def check_value(parameter: LinkParameter) -> None:
    for name in ("flow", "campaign"):
        value: Any = getattr(parameter, name)
        if value is not None and len(value.value) > LONGEST:
            at = f"/data/attributes/{parameter.name}/{name}/value"
            raise Invalid(f"A value may have at most {LONGEST} characters.", pointer=at)
