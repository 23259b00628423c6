-- How often did it happen, by time and by what the events say? Params: account, metrics, since, until, zone, size, offset
SELECT {outer}
FROM (
    SELECT {inner}
    FROM events AS e
    {credits}
    WHERE e.account = {{account:UInt32}} AND e.metric IN {{metrics:Array(UInt32)}}
        AND {moment} >= fromUnixTimestamp({{since:UInt32}}) AND {moment} < fromUnixTimestamp({{until:UInt32}})
        {conditions}
    GROUP BY {inner_keys}
)
{outer_keys}
ORDER BY {order}
LIMIT {{size:UInt32}} OFFSET {{offset:UInt32}}
