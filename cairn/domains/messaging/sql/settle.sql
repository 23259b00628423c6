-- What became of messages in hand. A retry goes back to the queue with a later time; that the relay was away counts as
-- no attempt.
-- Params: account_id, source, channel, seat, now, numbers, states, reasons, details, profile_ids, emails, dues
UPDATE messaging_message AS message
SET state = outcome.state, reason = outcome.reason, detail = outcome.detail, profile_id = outcome.profile_id,
    email = outcome.email, seat = '', lease_until = NULL,
    attempts = message.attempts - CASE
        WHEN outcome.state = 'queued' AND outcome.reason IN ('provider_unreachable', 'provider_misconfigured') THEN 1
        ELSE 0 END,
    due_at = COALESCE(outcome.due, message.due_at),
    done_at = CASE WHEN outcome.state = 'queued' THEN NULL ELSE %(now)s::timestamptz END
FROM unnest(%(numbers)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(details)s::text[],
            %(profile_ids)s::text[], %(emails)s::text[], %(dues)s::timestamptz[])
     AS outcome (number, state, reason, detail, profile_id, email, due)
WHERE message.account_id = %(account_id)s AND message.source = %(source)s AND message.channel = %(channel)s
  AND message.number = outcome.number AND message.state = 'handed_over' AND message.seat = %(seat)s
