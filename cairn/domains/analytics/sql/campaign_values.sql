-- What did people do with the messages that were sent in this time? A message counts on the day its sending began.
-- Params: account, since, until, received, bounced, dropped, opened, clicked, unsubscribed (metrics), spam, messages
-- (only these; empty: all)
WITH
    sent AS (
        SELECT message FROM events
        WHERE account = {account:UInt32} AND metric IN ({received:UInt32}, {bounced:UInt32}, {dropped:UInt32})
            AND message != ''
            AND (empty({messages:Array(String)}) OR message IN {messages:Array(String)})
        GROUP BY message
        HAVING min(ts) >= fromUnixTimestamp({since:UInt32}) AND min(ts) < fromUnixTimestamp({until:UInt32})
    )
SELECT
    message,
    uniqExactIf(profile, metric IN ({received:UInt32}, {bounced:UInt32}, {dropped:UInt32})) AS recipients,
    uniqExactIf(profile, metric IN ({bounced:UInt32}, {dropped:UInt32})) AS bounced,
    countIf(metric = {opened:UInt32}) AS opens,
    uniqExactIf(profile, metric = {opened:UInt32}) AS opens_unique,
    countIf(metric = {clicked:UInt32} AND machine != 1) AS clicks,
    uniqExactIf(profile, metric = {clicked:UInt32} AND machine != 1) AS clicks_unique,
    countIf(metric IN {unsubscribed:Array(UInt32)}) AS unsubscribes,
    uniqExactIf(profile, metric IN {unsubscribed:Array(UInt32)}) AS unsubscribe_uniques,
    uniqExactIf(profile, metric = {spam:UInt32}) AS spam_complaints
FROM events
WHERE account = {account:UInt32}
    AND metric IN {all:Array(UInt32)}
    AND ts >= fromUnixTimestamp({since:UInt32})
    AND message IN sent
GROUP BY message
