-- The newest events of a metric; very large ones are left out. Params: account, metric, most
SELECT properties, toUnixTimestamp(ts) AS at
FROM events
WHERE account = {account:UInt32} AND metric = {metric:UInt32} AND length(properties) <= 100000
ORDER BY ts DESC
LIMIT {most:UInt32}
