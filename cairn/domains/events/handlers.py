"""What events do about facts of other domains."""

from typing import Final

from cairn.domains.events import actions
from cairn.domains.events.contracts import MERGED_PROFILE, OWN_SERVICE
from cairn.domains.lists.contracts import ProfilesMerged
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import ProfileDeleted
from cairn.infra.postgres import outbox
from cairn.kernel.scope import Scope

EVENTS: Final = "events.record"


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """Give the events of the profile that is gone to the other one, or to what that was merged into since. Repeating it
    changes nothing: events keep their keys, and the event that marks the merge has the id of who is gone."""
    destination = profile_queries.merged_into(scope, [fact.source]).get(fact.source, fact.destination)
    if profile_queries.departed(scope, [destination]):
        # Both are deleted since: nobody gets what they did.
        actions.erase(scope, profiles=[fact.source, destination])
        return
    actions.move(scope, source=fact.source, destination=destination)
    profiles.touch(scope, [destination])
    if fact.source_id:
        outbox.send(EVENTS, {"account_id": scope.account_id, "events": [marker(fact)]})


def marker(fact: ProfilesMerged) -> dict[str, object]:
    return {
        "metric": MERGED_PROFILE,
        "service": OWN_SERVICE,
        "profile": {"id": fact.destination_id},
        "unique_id": fact.source_id,
        "properties": {"Merged Profile ID": fact.source_id},
    }


def profile_deleted(scope: Scope, fact: ProfileDeleted) -> None:
    """Forget what somebody did. Repeating it changes nothing."""
    actions.erase(scope, profiles=[fact.number])
