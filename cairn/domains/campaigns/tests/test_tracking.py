"""What the links of a campaign carry: the account's parameters, the campaign's own, or none."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from cairn.domains.accounts import actions as accounts
from cairn.domains.accounts.contracts import LinkParameter, LinkValue
from cairn.domains.campaigns import actions
from cairn.domains.campaigns.tests.conftest import HTML, Shop
from cairn.domains.messaging.contracts import CLICK, MessageLink
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfilePatch
from cairn.kernel import clock
from cairn.kernel.signing import unseal

PICTURE = '<a href="https://shop.example.com/sale"><img src="https://shop.example.com/l.png" alt="A lantern"></a>'


def target(shop: Shop, options: Mapping[str, Any] | None = None, *, html: str = HTML) -> str:
    """Where the link of Ann's mail leads."""
    patch = ProfilePatch(email="ann@example.com", external_id="c-1")
    (ann,) = profiles.apply_patches(shop.scope, [patch], now=clock.now())
    shop.received.clear()
    campaign = shop.campaign(shop.list_of(ann.id), html=html)
    if options is not None:
        actions.update_campaign(shop.scope, campaign.id, tracking_options=options, now=clock.now())
    shop.sent(campaign)
    page = shop.to("ann@example.com").get_body(("html",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"/t/c/([\w-]+)", page)
    assert link is not None
    return unseal("key", CLICK, link[1], MessageLink).url


def set_up(shop: Shop, *, auto: bool = True, custom: tuple[LinkParameter, ...] = ()) -> None:
    accounts.change_tracking(
        shop.scope,
        auto_add=auto,
        standard={
            "utm_source": {"campaign": LinkValue("static", "mail & more")},
            "utm_medium": {"campaign": None},
            "utm_campaign": {"campaign": LinkValue("dynamic", "profile_external_id")},
        },
        custom=custom,
    )


def test_the_accounts_parameters_are_what_links_carry(shop: Shop) -> None:
    set_up(shop, custom=(LinkParameter("shop", campaign=LinkValue("static", "de")),))
    assert target(shop) == "https://shop.example.com/sale?utm_source=mail+%26+more&utm_campaign=c-1&shop=de"


def test_each_link_can_tell_its_own_picture(shop: Shop) -> None:
    set_up(shop, custom=(LinkParameter("alt", campaign=LinkValue("dynamic", "link_alt_text")),))
    html = HTML.replace("<body>", f"<body>{PICTURE}", 1)
    assert target(shop, html=html).endswith("utm_campaign=c-1&alt=A+lantern")


@pytest.mark.parametrize("auto", [True, False])
def test_a_campaigns_own_parameters_win(shop: Shop, auto: bool) -> None:
    set_up(shop, auto=auto)
    own = [{"name": "ref", "type": "static", "value": "letter"}]
    options = {"add_tracking_params": True, "custom_tracking_params": own}
    assert target(shop, options) == "https://shop.example.com/sale?ref=letter"


def test_a_campaign_can_want_none_and_want_the_accounts(shop: Shop) -> None:
    set_up(shop, auto=False)
    assert target(shop) == "https://shop.example.com/sale"
    assert "utm_source=mail" in target(shop, {"add_tracking_params": True, "custom_tracking_params": []})
    set_up(shop, auto=True)
    assert target(shop, {"add_tracking_params": False}) == "https://shop.example.com/sale"
