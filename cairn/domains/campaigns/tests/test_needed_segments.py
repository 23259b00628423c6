"""Which segments campaigns are about to use."""

from cairn.domains.campaigns import actions
from cairn.domains.campaigns.queries import needed_segments
from cairn.domains.campaigns.tests.conftest import Shop
from cairn.kernel import clock


def test_a_campaign_needs_its_audience_from_being_sent_until_it_is_over(shop: Shop) -> None:
    newsletter = shop.list_of(shop.person("ann@example.com"))
    campaign = shop.campaign(newsletter)
    assert needed_segments(shop.scope) == {}
    actions.send_campaign(shop.scope, campaign.id, now=clock.now())
    assert needed_segments(shop.scope) == {newsletter: "campaign"}
    shop.work()
    assert needed_segments(shop.scope) == {}


def test_a_cancelled_campaign_needs_nobody(shop: Shop) -> None:
    campaign = shop.campaign(shop.list_of(shop.person("ann@example.com")))
    actions.send_campaign(shop.scope, campaign.id, now=clock.now())
    actions.cancel_campaign(shop.scope, campaign.id, now=clock.now())
    assert needed_segments(shop.scope) == {}
