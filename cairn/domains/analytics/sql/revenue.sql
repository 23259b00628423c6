-- What was sold when, and how much of it a message earned? By event time.
-- Params: account, metrics, since, until, zone. {start} is the start of an interval.
WITH credited AS (
    SELECT event FROM attributions FINAL
    WHERE account = {{account:UInt32}} AND metric IN {{metrics:Array(UInt32)}} AND message != ''
)
SELECT
    toUnixTimestamp({start}) AS start,
    toFloat64(sum(e.value)),
    count(),
    toFloat64(sumIf(e.value, e.id IN credited)),
    countIf(e.id IN credited)
FROM events AS e
WHERE e.account = {{account:UInt32}} AND e.metric IN {{metrics:Array(UInt32)}}
    AND e.ts >= fromUnixTimestamp({{since:UInt32}}) AND e.ts < fromUnixTimestamp({{until:UInt32}})
GROUP BY start
