-- Which texts of any property contain a text, and how many profiles have each? Params: account, search, longest, most
WITH
    arrayMap(
        name -> (concat('properties[\'', name.1, '\']'), name.2),
        arrayFlatten(arrayMap(
            entry -> arrayMap(
                raw -> (entry.1, JSONExtractString(raw)),
                arrayFilter(
                    raw -> startsWith(raw, '"'),
                    if(startsWith(entry.2, '['), JSONExtractArrayRaw(entry.2), [entry.2])
                )
            ),
            JSONExtractKeysAndValuesRaw(properties)
        ))
    ) AS custom,
    [
        ('location[\'city\']', toString(city)), ('location[\'region\']', toString(region)),
        ('location[\'country\']', toString(country)), ('location[\'zip\']', toString(zip)),
        ('location[\'timezone\']', toString(timezone)), ('organization', toString(organization)),
        ('title', toString(title)), ('locale', toString(locale))
    ] AS standard
SELECT named.1 AS property, named.2 AS value, toUInt32(count()) AS profiles
FROM (
    SELECT arrayJoin(arrayDistinct(arrayConcat(standard, custom))) AS named
    FROM profiles FINAL
    WHERE account = {account:UInt32} AND deleted = 0
        AND positionCaseInsensitiveUTF8(
            concat(
                city, '\n', region, '\n', country, '\n', zip, '\n', timezone, '\n', organization, '\n', title, '\n',
                locale, '\n', properties
            ),
            {search:String}
        ) > 0
)
WHERE value != '' AND length(value) <= {longest:UInt32} AND positionCaseInsensitiveUTF8(value, {search:String}) > 0
GROUP BY property, value
ORDER BY lowerUTF8(value) = lowerUTF8({search:String}) DESC, profiles DESC, value, property
LIMIT {most:UInt32}
