-- How often did each metric happen, ever and by day since a moment? Params: account, since (a day's start), zone
SELECT
    metric,
    if(
        toStartOfFifteenMinutes(ts) >= fromUnixTimestamp({since:UInt32}),
        toUnixTimestamp(toStartOfDay(toTimeZone(toStartOfFifteenMinutes(ts), {zone:String}))),
        0
    ) AS day,
    count(),
    toUnixTimestamp(max(ts))
FROM events
WHERE account = {account:UInt32}
GROUP BY metric, day
