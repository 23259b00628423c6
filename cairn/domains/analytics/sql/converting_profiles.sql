-- The next profiles with conversions. Params: account, uncounted (metrics), since, until, after, limit
SELECT DISTINCT profile
FROM events
WHERE account = {account:UInt32}
    AND profile > {after:Int64}
    AND metric NOT IN {uncounted:Array(UInt32)}
    AND ts >= fromUnixTimestamp({since:UInt32}) AND ts <= fromUnixTimestamp({until:UInt32})
ORDER BY profile
LIMIT {limit:UInt32}
