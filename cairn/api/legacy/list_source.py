"""What forms on pages ask PostgreSQL, in threads: whose a list is, and who has subscribed to it."""

from django.db import close_old_connections

from cairn.api.legacy.members import members_among
from cairn.api.legacy.subscriptions import may_be_written_to
from cairn.domains.lists import queries as lists
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import EMAIL_MARKETING, SUBSCRIBED
from cairn.kernel.listing import Compare
from cairn.kernel.scope import Scope


def owners(list_id: str) -> list[str]:
    close_old_connections()
    return [] if "\0" in list_id else lists.owners_of(list_id)


def is_subscribed(account_id: str, list_id: str, email: str) -> bool:
    close_old_connections()
    scope = Scope(account_id, 0, "public")
    numbers = profiles.numbers_found(scope, Compare("email", "equals", email))
    standings = profiles.standings(scope, members_among(scope, list_id, numbers))
    return any(
        may_be_written_to(standing) and standing.consent(EMAIL_MARKETING).consent == SUBSCRIBED
        for standing in standings.values()
    )
