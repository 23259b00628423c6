"""Which parameters a message's links get: its own, or the account's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from cairn.domains.accounts import queries as accounts
from cairn.domains.accounts.contracts import LinkParameter
from cairn.domains.messaging.contracts import Content, Parameter
from cairn.domains.messaging.links import Visited, alts_of, pairs_of
from cairn.domains.messaging.people import Recipient
from cairn.kernel.scope import Scope

Kind = Literal["campaign", "flow"]
EXAMPLE: Final = Content(
    campaign_id="01JCEXAMPLECAMPAIGN0000000",
    campaign_name="Summer sale",
    flow_id="XmP1eF",
    flow_name="Abandoned cart",
    message_id="01JCEXAMPLEMESSAGE00000000",
    message_name="First reminder",
    subject="Your lantern waits",
    from_email="shop@example.com",
    html="",
    groups=[("XmP1eL", "Newsletter")],
)
EXAMPLE_ALT: Final = "A brass lantern"


def parameters_for(scope: Scope, kind: Kind, options: Mapping[str, Any]) -> list[Parameter]:
    """The parameters of a message with these tracking options: none when it says so, its own where it has some, else
    the account's. Where it says nothing, the account's setting decides whether there are any."""
    settings = accounts.tracking_settings(scope)
    wanted = options.get("add_tracking_params")
    if not (settings.auto_add_parameters if wanted is None else wanted):
        return []
    own = options.get("custom_tracking_params") or []
    if own:
        return [Parameter(one["name"], one["type"], one["value"]) for one in own]
    return of_kind(settings.parameters, kind)


def of_kind(parameters: Sequence[LinkParameter], kind: Kind) -> list[Parameter]:
    values = ((one.name, one.campaign if kind == "campaign" else one.flow) for one in parameters)
    return [Parameter(name, value.type, value.value) for name, value in values if value is not None]


def example(url: str, parameters: Sequence[LinkParameter], kind: Kind, *, now: datetime) -> str:
    """A link as an example's message would carry it."""
    chosen = of_kind(parameters, kind)
    person = Recipient(number=0, id="01JCEXAMPLEPROFILE00000000", email="ann@example.com", external_id="customer-1024")
    pairs = pairs_of(chosen, EXAMPLE, person, f"{now:%Y-%m-%d}")
    return Visited(pairs, alts_of(chosen)).target(url, EXAMPLE_ALT)
