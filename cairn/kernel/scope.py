"""Whose data: every read and write names its account first."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """One account, as the caller may see it.

    `account_id` is the public six-character id, `account_number` the same account in ClickHouse's keys.
    `actor` says who
    acts (`key:…`, `user:…`, `worker`), for histories.
    """

    account_id: str
    account_number: int
    actor: str = "worker"
    scopes: frozenset[str] = field(default=frozenset())
