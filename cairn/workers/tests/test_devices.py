"""Devices that apps registered reach their owners, once, whatever crashes."""

import msgspec
import pytest

from cairn.domains.profiles import queries
from cairn.domains.profiles.contracts import Device, ProfilePatch, RegisterPushToken, UnregisterPushToken
from cairn.kernel.listing import Listing
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope
from cairn.workers.tests.conftest import Crash, Shop


def device(token: str, platform: str = "ios") -> Device:
    return Device(token, platform, "apns", "AUTHORIZED", "AVAILABLE", None)


def register(shop: Shop, email: str, token: str) -> None:
    command = RegisterPushToken(ProfilePatch(email=email, trusted=False), device(token))
    shop.accept_raw("profiles.register_push_token", msgspec.json.encode(command))


def unregister(shop: Shop, token: str, platform: str = "ios") -> None:
    command = UnregisterPushToken(token, platform)
    shop.accept_raw("profiles.unregister_push_token", msgspec.json.encode(command))


def owners(scope: Scope) -> dict[str, str | None]:
    """Emails by token."""
    tokens = queries.list_push_tokens(scope, Listing(PageRequest(size=100))).rows
    people = queries.profiles_by_numbers(scope, [token.number for token in tokens])
    return {token.device.token: people[token.number].email for token in tokens}


def test_a_new_persons_device_makes_the_person(shop: Shop) -> None:
    register(shop, "ann@example.com", "one")
    register(shop, "bo@example.com", "two")
    shop.work()
    assert owners(shop.scope) == {"one": "ann@example.com", "two": "bo@example.com"}


def test_a_device_belongs_to_whoever_registered_it_last(shop: Shop) -> None:
    register(shop, "ann@example.com", "one")
    register(shop, "bo@example.com", "one")
    shop.work()
    assert owners(shop.scope) == {"one": "bo@example.com"}


def test_taken_back_and_registered_again_in_one_batch(shop: Shop) -> None:
    register(shop, "ann@example.com", "one")
    register(shop, "ann@example.com", "two")
    unregister(shop, "one")
    unregister(shop, "two", platform="android")
    unregister(shop, "never known")
    shop.work()
    assert owners(shop.scope) == {"two": "ann@example.com"}
    register(shop, "ann@example.com", "one")
    shop.work()
    assert owners(shop.scope) == {"one": "ann@example.com", "two": "ann@example.com"}


def test_a_crash_after_the_profiles_changes_nothing(shop: Shop) -> None:
    register(shop, "ann@example.com", "one")
    unregister(shop, "one")
    register(shop, "ann@example.com", "two")
    with pytest.raises(Crash):
        shop.work(crash_after="profiles")
    shop.work()
    assert owners(shop.scope) == {"two": "ann@example.com"}
