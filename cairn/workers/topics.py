"""Every kind of command on the log and of fact in the outbox, and who takes it."""

from datetime import timedelta

from cairn.domains.events.contracts import ArrivedEvents
from cairn.domains.events.handlers import ProfilesMerged, profiles_merged
from cairn.domains.profiles.contracts import UpsertProfiles
from cairn.workers.facts import FactTopic
from cairn.workers.people import record_people
from cairn.workers.share import Topic

COMMANDS: dict[str, Topic] = {
    "events.record": Topic(ArrivedEvents, record_people),
    "profiles.upsert": Topic(UpsertProfiles, record_people),
}

FACTS: dict[str, FactTopic] = {
    # A batch that found the old number may still be writing events when the merge is committed.
    "profiles.merged": FactTopic(ProfilesMerged, [profiles_merged], once_more=timedelta(seconds=30)),
}
