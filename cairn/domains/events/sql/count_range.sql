-- How many events an export has. Params: account, received, metric, since, until
SELECT count() FROM events
WHERE account = {account:UInt32} AND received < fromUnixTimestamp64Milli({received:Int64}, 'UTC')
    AND ({metric:UInt32} = 0 OR metric = {metric:UInt32})
    AND ts >= toDateTime({since:UInt32}, 'UTC') AND ts < toDateTime({until:UInt32}, 'UTC')
