"""Looking for profiles that may be one person, account by account, when there is something new to compare."""

import logging
import threading
from typing import Final

from cairn.domains.profiles import actions as profiles
from cairn.kernel import clock
from cairn.workers.scopes import Scopes

log = logging.getLogger(__name__)
LOOK_SECONDS: Final = 5.0


def run(stop: threading.Event) -> bool:
    """Compares until stopped."""
    scopes = Scopes()
    while not stop.wait(LOOK_SECONDS):
        for scope in scopes.all():
            if not stop.is_set() and profiles.duplicates_are_due(scope, now=clock.now()):
                done = profiles.search_duplicates(scope, now=clock.now())
                log.info("%s: %s possible duplicates, %s merged by rule", scope.account_id, done.found, done.merged)
    return True
