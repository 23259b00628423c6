-- Candidates of one source; who is in the ledger already stays as they are.
-- Params: account_id, source, channel, campaign_id, numbers, ids, dues, now
INSERT INTO messaging_message
    (account_id, source, number, channel, id, campaign_id, state, reason, detail, profile_id, email, attempts,
     due_at, seat, queued_at)
SELECT %(account_id)s, %(source)s, number, %(channel)s, id, %(campaign_id)s, 'queued', '', '', '', '', 0,
       due, '', %(now)s
FROM unnest(%(numbers)s::bigint[], %(ids)s::text[], %(dues)s::timestamptz[]) AS candidate (number, id, due)
ON CONFLICT DO NOTHING
