-- How many entered and left a segment, by interval and cause? An interval is the number of bounds at or before it.
-- Params: account, segment, bounds (milliseconds), until
SELECT arrayCount(bound -> bound <= toUnixTimestamp64Milli(at), {bounds:Array(Int64)}) AS place, entered, cause, count()
FROM segment_changes FINAL
WHERE account = {account:UInt32} AND segment = {segment:UInt32}
    AND at < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
GROUP BY place, entered, cause
