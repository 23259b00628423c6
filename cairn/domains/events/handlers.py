"""What events do about facts of other domains."""

from cairn.domains.events import actions
from cairn.domains.lists.contracts import ProfilesMerged
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles.contracts import ProfileDeleted
from cairn.kernel.scope import Scope


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """Give the events of the profile that is gone to the other one. Repeating it changes nothing."""
    actions.move(scope, source=fact.source, destination=fact.destination)
    profiles.touch(scope, [fact.destination])


def profile_deleted(scope: Scope, fact: ProfileDeleted) -> None:
    """Forget what somebody did. Repeating it changes nothing."""
    actions.erase(scope, profile=fact.number)
