-- Opens and clicks of these profiles that may earn credit. Params: account, profiles, touches (metrics), since, until
SELECT
    id, profile, metric, toUnixTimestamp(ts), toUnixTimestamp64Milli(received), message,
    JSONExtractString(properties, '$campaign'), JSONExtractString(properties, '$flow')
FROM events
WHERE account = {account:UInt32}
    AND metric IN {touches:Array(UInt32)}
    AND profile IN {profiles:Array(UInt32)}
    AND ts >= fromUnixTimestamp({since:UInt32}) AND ts <= fromUnixTimestamp({until:UInt32})
    AND message != ''
    AND machine = 0
    AND NOT JSONExtractBool(properties, '$transactional')
