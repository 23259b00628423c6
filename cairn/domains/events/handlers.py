"""What events do about facts of other domains."""

import msgspec

from cairn.domains.events import actions
from cairn.domains.profiles import actions as profiles
from cairn.kernel.scope import Scope


class ProfilesMerged(msgspec.Struct):
    """Fact `profiles.merged`: numbers of the profile that is gone and of the one that it became."""

    account_id: str
    source: int
    destination: int


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """Give the events of the profile that is gone to the other one. Repeating it changes nothing."""
    actions.move(scope, source=fact.source, destination=fact.destination)
    profiles.touch(scope, [fact.destination])
