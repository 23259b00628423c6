"""What analytics do about facts of other domains."""

from datetime import UTC, datetime, timedelta

from cairn.domains.accounts.contracts import AttributionChanged
from cairn.domains.analytics import actions
from cairn.domains.lists.contracts import ProfilesMerged
from cairn.kernel import clock
from cairn.kernel.scope import Scope

# Events may lie that far back, and a little ahead.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=366)


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """The one person that two became may have opened here and ordered there. Comes after the events have moved."""
    actions.reconsider(scope, profile=fact.destination, now=clock.now())


def attribution_changed(scope: Scope, fact: AttributionChanged) -> None:
    """Credit all conversions anew, with the account's new time of attribution. Repeating it changes nothing."""
    now = clock.now()
    actions.rebuild(scope, since=EARLIEST, until=now + AHEAD, now=now)
