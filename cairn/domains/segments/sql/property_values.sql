-- Which values of one property contain a text, and how many profiles have each? The source says how a value's elements
-- are read. Params: account, search, longest, most
SELECT value, toUInt32(count()) AS profiles
FROM (
    SELECT arrayJoin(arrayDistinct({elements})) AS value
    FROM profiles FINAL
    WHERE account = {{account:UInt32}} AND deleted = 0
)
WHERE value != '' AND length(value) <= {{longest:UInt32}} AND positionCaseInsensitiveUTF8(value, {{search:String}}) > 0
GROUP BY value
ORDER BY lowerUTF8(value) = lowerUTF8({{search:String}}) DESC, profiles DESC, value
LIMIT {{most:UInt32}}
