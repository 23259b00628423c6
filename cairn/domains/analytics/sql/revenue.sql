-- What was sold when, and how much of it a message earned? By event time.
-- Params: account, metrics, since, until, zone. {start} is the start of an interval; {times}, {value} and {where} say
-- which events count, and for how much.
WITH credited AS (
    SELECT event FROM attributions FINAL
    WHERE account = {{account:UInt32}} AND metric IN {{metrics:Array(UInt32)}} AND message != ''
)
SELECT
    toUnixTimestamp({start}) AS start,
    toFloat64(sum({value})),
    toUInt64(sum({times})),
    toFloat64(sumIf({value}, e.id IN credited)),
    toUInt64(sumIf({times}, e.id IN credited))
FROM events AS e
WHERE e.account = {{account:UInt32}} AND e.metric IN {{metrics:Array(UInt32)}}
    AND e.ts >= fromUnixTimestamp({{since:UInt32}}) AND e.ts < fromUnixTimestamp({{until:UInt32}})
    {where}
GROUP BY start
