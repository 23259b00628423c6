"""What the ledger and the inbox do when a person is merged into another one, or deleted.

Messages in a sender's hand keep their number until it has told what became of them: both come again for those.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from cairn.domains.profiles.contracts import ProfilesMerged, Traces
from cairn.kernel import clock
from cairn.kernel.scope import Scope

MERGED: Final = "profile_merged"
DELETED: Final = "profile_deleted"

MOVE: Final = """
UPDATE messaging_message m SET number = %(destination)s, profile_id = %(destination_id)s
WHERE m.account_id = %(account_id)s AND m.number = %(source)s AND m.state <> 'handed_over' AND NOT EXISTS (
    SELECT 1 FROM messaging_message o WHERE o.account_id = m.account_id AND o.source = m.source
        AND o.channel = m.channel AND o.number = %(destination)s)
"""
# Of a message that both were to get, the destination's goes out. What the source got stays in its own line.
SKIP: Final = """
UPDATE messaging_message SET state = 'skipped', reason = %(reason)s, done_at = %(now)s
WHERE account_id = %(account_id)s AND number = %(source)s AND state = 'queued'
"""
SHOW: Final = """
UPDATE messaging_message SET profile_id = %(destination_id)s
WHERE account_id = %(account_id)s AND number = %(source)s AND state <> 'handed_over'
"""
LAST_SENT: Final = """
INSERT INTO messaging_lastsent AS mine (account_id, number, channel, at, source)
SELECT account_id, %(destination)s, channel, at, source FROM messaging_lastsent
WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, number, channel) DO UPDATE SET at = EXCLUDED.at, source = EXCLUDED.source
WHERE EXCLUDED.at > mine.at
"""
FORGET_LAST_SENT: Final = (
    "DELETE FROM messaging_lastsent WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s)"
)
# Mails that asked for a confirmation know no profile; their numbers are below zero.
ANONYMIZE: Final = """
UPDATE messaging_message SET email = '', profile_id = '', detail = '', seat = '', lease_until = NULL,
    state = CASE WHEN state = 'queued' THEN 'skipped' ELSE state END,
    reason = CASE WHEN state = 'queued' THEN %(reason)s ELSE reason END,
    done_at = coalesce(done_at, %(now)s)
WHERE account_id = %(account_id)s AND state <> 'handed_over'
    AND (number = ANY(%(numbers)s) OR (number < 0 AND email = ANY(%(emails)s)))
"""
IN_HAND: Final = """
SELECT count(*) FROM messaging_message
WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s) AND state = 'handed_over'
"""
FORGET_INBOX: Final = 'DELETE FROM messaging_inboxmessage WHERE account_id = %(account_id)s AND "to" = ANY(%(emails)s)'


def profiles_merged(scope: Scope, fact: ProfilesMerged) -> None:
    """The ledger of one person. Repeating it changes nothing."""
    given: dict[str, Any] = {
        "account_id": scope.account_id,
        "source": fact.source,
        "destination": fact.destination,
        "destination_id": fact.destination_id,
        "numbers": [fact.source],
        "reason": MERGED,
        "now": clock.now(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for command in (MOVE, SKIP, SHOW, LAST_SENT, FORGET_LAST_SENT):
            cursor.execute(command, given)


def forget(scope: Scope, traces: Traces, *, now: datetime) -> tuple[Mapping[str, int], bool]:
    """Take a deleted person's address out of the ledger, whose lines stay and are counted, and delete the mails that
    the inbox got for them; how many lines and mails, and whether nothing of theirs is in a sender's hand."""
    given: dict[str, Any] = {
        "account_id": scope.account_id,
        "numbers": list(traces.numbers),
        "emails": list(traces.emails),
        "reason": DELETED,
        "now": now,
    }
    counts = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for name, command in (("messages", ANONYMIZE), ("smart_sending", FORGET_LAST_SENT), ("inbox", FORGET_INBOX)):
            cursor.execute(command, given)
            counts[name] = int(cursor.rowcount)
        cursor.execute(IN_HAND, given)
        in_hand = int(cursor.fetchone()[0])
    return counts, in_hand == 0
