-- The next events of an export, in the order of the table. Params: account, received, metric, since, until, profile, ts,
-- id (where the page before ended), size
SELECT profile, toUnixTimestamp(ts), id, metric, value, currency, key, properties FROM events
WHERE account = {account:UInt32} AND profile >= {profile:UInt32}
    AND (profile, toUnixTimestamp(ts), id) > ({profile:UInt32}, {ts:UInt32}, {id:UUID})
    AND received < fromUnixTimestamp64Milli({received:Int64}, 'UTC')
    AND ({metric:UInt32} = 0 OR metric = {metric:UInt32})
    AND ts >= toDateTime({since:UInt32}, 'UTC') AND ts < toDateTime({until:UInt32}, 'UTC')
ORDER BY profile, ts, id
LIMIT {size:UInt32}
SETTINGS optimize_use_projections = 0
