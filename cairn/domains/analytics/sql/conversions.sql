-- Conversions of these profiles that a late interaction may still change.
-- Params: account, profiles, uncounted (metrics), since, until (event time), received (milliseconds: not stored before)
SELECT
    id, profile, metric, toUnixTimestamp(ts), toUnixTimestamp64Milli(received), toInt64(value * 1000000), currency
FROM events
WHERE account = {account:UInt32}
    AND profile IN {profiles:Array(UInt32)}
    AND metric NOT IN {uncounted:Array(UInt32)}
    AND ts >= fromUnixTimestamp({since:UInt32}) AND ts <= fromUnixTimestamp({until:UInt32})
    AND received >= fromUnixTimestamp64Milli({received:Int64})
