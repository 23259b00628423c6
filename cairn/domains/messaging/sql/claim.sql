-- Takes queued messages of one source for one sender; what another sender is taking is left to it.
-- Params: account_id, source, channel, after, now, lease_until, seat, most
WITH due AS (
    SELECT number
    FROM messaging_message
    WHERE account_id = %(account_id)s AND source = %(source)s AND channel = %(channel)s
      AND number > %(after)s AND state = 'queued' AND due_at <= %(now)s
    ORDER BY number
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
UPDATE messaging_message AS message
SET state = 'handed_over', seat = %(seat)s, lease_until = %(lease_until)s, attempts = attempts + 1
FROM due
WHERE message.account_id = %(account_id)s AND message.source = %(source)s AND message.channel = %(channel)s
  AND message.number = due.number
RETURNING message.number, message.id, message.attempts
