"""A message to one list can be left by itself, and whoever did so gets no other one to it."""

import re

import msgspec
import pytest
from django.db import transaction

from cairn.domains.campaigns.tests.conftest import Shop
from cairn.domains.lists import actions as lists
from cairn.domains.messaging.contracts import UNSUBSCRIBE, MessageLink
from cairn.domains.messaging.models import Message
from cairn.domains.profiles import queries as people
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch
from cairn.kernel import clock
from cairn.kernel.signing import unseal


def link_of(shop: Shop, address: str) -> MessageLink:
    token = re.search(r"/u/([\w-]+)>", str(shop.to(address)["List-Unsubscribe"]))
    assert token is not None
    return unseal("key", UNSUBSCRIBE, token[1], MessageLink)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_link_says_which_list_the_message_went_to(shop: Shop, narrow: bool) -> None:
    if narrow:
        lists.change_settings(shop.scope, {"unsubscribe_from": "list"})
    news = shop.list_of(shop.person("ann@example.com"))
    shop.sent(shop.campaign(news))
    link = link_of(shop, "ann@example.com")
    assert (link.list_id, link.narrow) == (news, narrow)


def test_a_message_to_two_lists_can_only_be_left_with_everything(shop: Shop) -> None:
    ann = shop.person("ann@example.com")
    shop.sent(shop.campaign(shop.list_of(ann), shop.list_of(ann, name="More")))
    assert link_of(shop, "ann@example.com").list_id == ""


def test_who_left_a_list_is_skipped_though_somebody_adds_them_again(shop: Shop) -> None:
    ann, ben = shop.person("ann@example.com"), shop.person("ben@example.com")
    news, more = shop.list_of(ann, ben), shop.list_of(ann, ben, name="More")
    leaving = ConsentChange(
        ProfilePatch(id=ann), "email.marketing", "UNSUBSCRIBED", list_id=news, list_only=True, method="UNSUBSCRIBE_PAGE"
    )
    with transaction.atomic():
        lists.change_consent(shop.scope, [leaving], now=clock.now())
    lists.add_members(shop.scope, news, [ann], now=clock.now())
    shop.sent(shop.campaign(news))
    skipped = Message.objects.within(shop.scope).filter(state="skipped").values_list("email", "reason")
    assert list(skipped) == [("ann@example.com", "list_unsubscribed")]
    shop.sent(shop.campaign(more))
    assert [str(mail["To"]) for mail in shop.mails] == ["ann@example.com", "ben@example.com", "ben@example.com"]
    # Asking for it again brings it back.
    again = msgspec.structs.replace(leaving, consent="SUBSCRIBED", list_only=False)
    with transaction.atomic():
        lists.change_consent(shop.scope, [again], now=clock.now())
    number = people.numbers_of(shop.scope, [ann])[ann]
    assert people.verdict(people.snapshots(shop.scope, [number])[number], "email.marketing", news).allowed
