"""The people of the tests: Anna owns an account, Bob shares it, Charlie is a stranger."""

from dataclasses import dataclass

from cairn.domains.accounts import actions
from cairn.kernel import clock
from cairn.kernel.scope import Scope

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who uses the product: how they sign in, and their account's key."""

    email: str
    password: str
    user_id: int
    scope: Scope
    private_key: str

    @property
    def account_id(self) -> str:
        return self.scope.account_id

    @property
    def company_id(self) -> str:
        return self.scope.account_id


def owner(name: str) -> Person:
    """A person with an account of their own."""
    email = f"{name.lower()}@example.com"
    made = actions.create_account(name=f"{name}'s shop", email=email, password=PASSWORD, now=clock.now())
    scope = Scope(made.account_id, made.account_number, f"user:{made.user_id}")
    return Person(email, PASSWORD, made.user_id, scope, made.private_key)
