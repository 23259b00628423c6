"""What analytics do about facts of other domains."""

from cairn.domains.analytics import actions
from cairn.domains.lists.contracts import ProfilesMerged
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """The one person that two became may have opened here and ordered there. Comes after the events have moved."""
    actions.reconsider(scope, profile=fact.destination, now=clock.now())
