"""Making accounts, and who is let in by which key."""

import pytest

from cairn.domains.accounts import actions, queries
from cairn.domains.accounts.contracts import KEY
from cairn.kernel import clock
from cairn.kernel.errors import Conflict, Invalid, NotFound
from cairn.kernel.scope import Scope
from tests.people import PASSWORD, Person


def holder_of(private_key: str) -> Scope | None:
    caller = queries.caller_of(private_key, kind=KEY, now=clock.now())
    return caller.scope if caller else None


def test_a_new_account_has_an_owner_and_a_key_that_opens_all_of_it(anna: Person) -> None:
    holder = holder_of(anna.private_key)
    assert holder is not None
    assert (holder.account_id, holder.scopes) == (anna.account_id, frozenset({"full"}))
    assert len(anna.company_id) == 6
    assert anna.private_key.startswith("pk_")


def test_a_wrong_key_lets_nobody_in(anna: Person) -> None:
    assert holder_of(anna.private_key[:-1] + "x") is None
    assert holder_of(anna.company_id) is None


def test_a_disabled_key_lets_nobody_in(anna: Person, bob: Person) -> None:
    holder = holder_of(bob.private_key)
    assert holder is not None
    actions.disable_key(bob.scope, key_id=holder.actor.removeprefix("key:"), now=clock.now())
    assert holder_of(bob.private_key) is None
    assert holder_of(anna.private_key) is not None
    assert [(key.name, key.disabled_at is None) for key in queries.list_keys(anna.scope)] == [
        ("Bob's key", False),
        ("First key", True),
    ]


def test_charlie_cannot_touch_annas_key(anna: Person, charlie: Person) -> None:
    holder = holder_of(anna.private_key)
    assert holder is not None
    key_id = holder.actor.removeprefix("key:")
    with pytest.raises(NotFound):
        actions.disable_key(charlie.scope, key_id=key_id, now=clock.now())
    with pytest.raises(NotFound):
        actions.delete_key(charlie.scope, key_id=key_id)
    with pytest.raises(NotFound):
        actions.rotate_key(charlie.scope, key_id=key_id, old_until=clock.now(), now=clock.now())
    assert holder_of(anna.private_key) is not None


def test_a_key_is_shown_without_its_secret(anna: Person) -> None:
    (key,) = queries.list_keys(anna.scope)
    assert key.redacted == f"{anna.private_key[:6]}…{anna.private_key[-4:]}"
    assert anna.private_key not in str(key)


def test_one_person_may_own_two_accounts_with_their_password_only(anna: Person) -> None:
    second = actions.create_account(name="Second", email="ANNA@example.com", password=PASSWORD, now=clock.now())
    assert second.user_id == anna.user_id
    assert second.account_id != anna.account_id
    with pytest.raises(Conflict):
        actions.create_account(name="Third", email=anna.email, password="something else", now=clock.now())


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": " "}, "/data/attributes/name"),
        ({"email": "nobody"}, "/data/attributes/email"),
        ({"password": "short"}, "/data/attributes/password"),
    ],
)
def test_an_account_needs_a_name_an_address_and_a_password(db: None, change: dict[str, str], pointer: str) -> None:
    given = {"name": "Shop", "email": "new@example.com", "password": PASSWORD, **change}
    with pytest.raises(Invalid) as refusal:
        actions.create_account(**given, now=clock.now())
    assert refusal.value.pointer == pointer
