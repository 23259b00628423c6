-- Which products did the people of a crowd order most? Shop systems name the product and its number differently.
-- Params: those of the crowd, which is another statement; metrics, most
SELECT name, uniqExact(profile), toFloat64(sum(pieces)) AS ordered, toFloat64(sum(value))
FROM
(
    SELECT
        profile,
        value,
        coalesce({names}) AS name,
        if(JSONHas(properties, 'Quantity'), JSONExtractFloat(properties, 'Quantity'), 1) AS pieces
    FROM events
    WHERE account = {{account:UInt32}} AND metric IN {{metrics:Array(UInt32)}} AND profile IN ({crowd})
)
WHERE name != ''
GROUP BY name
ORDER BY ordered DESC, name
LIMIT {{most:UInt32}}
