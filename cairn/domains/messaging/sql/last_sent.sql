-- Remembers the newest message per person. Params: account_id, channel, source, now, numbers
INSERT INTO messaging_lastsent (account_id, number, channel, at, source)
SELECT %(account_id)s, number, %(channel)s, %(now)s, %(source)s
FROM unnest(%(numbers)s::bigint[]) AS sent (number)
ON CONFLICT (account_id, number, channel) DO UPDATE
SET at = excluded.at, source = excluded.source
WHERE messaging_lastsent.at < excluded.at
