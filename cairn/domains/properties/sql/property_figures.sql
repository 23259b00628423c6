-- What do these JSON documents hold? Their source selects `properties` and `at`, a time in seconds.
-- Params: name (empty: every property), as_date (the pattern of a date)
WITH
    entries AS (
        SELECT arrayJoin(JSONExtractKeysAndValuesRaw(properties)) AS entry, entry.1 AS name, entry.2 AS raw, at
        FROM ({documents})
    )
SELECT
    name,
    count() AS seen,
    max(at) AS last,
    sumMap([kind], [toUInt64(1)]) AS kinds,
    topKArray(10)(arrayFilter(one -> length(one) <= 300 AND NOT match(one, '^[\\[{{n]'), values)) AS samples
FROM (
    SELECT
        name,
        at,
        multiIf(
            startsWith(raw, '"'), if(match(raw, {{as_date:String}}), 'date', 'text'),
            raw = 'true' OR raw = 'false', 'boolean',
            startsWith(raw, '['), 'list',
            startsWith(raw, '{{'), 'object',
            raw = 'null', 'null',
            'number'
        ) AS kind,
        multiIf(kind = 'list', JSONExtractArrayRaw(raw), kind IN ('object', 'null'), emptyArrayString(), [raw]) AS values
    FROM entries
    WHERE ({{name:String}} = '' OR name = {{name:String}}) AND name != '' AND length(name) <= 1000
)
GROUP BY name
ORDER BY seen DESC, name
LIMIT 2000
