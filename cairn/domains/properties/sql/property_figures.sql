-- What do properties hold? Their source selects `name`, `raw`, `in_list` (one of many values in a list), and `at`, a time
-- in seconds. Params: name (empty: every property), as_date (the pattern of a date)
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
            raw = 'null', 'null',
            in_list OR startsWith(raw, '['), 'list',
            startsWith(raw, '"'), if(match(raw, {{as_date:String}}), 'date', 'text'),
            raw = 'true' OR raw = 'false', 'boolean',
            startsWith(raw, '{{'), 'object',
            'number'
        ) AS kind,
        multiIf(startsWith(raw, '['), JSONExtractArrayRaw(raw), match(raw, '^[{{n]'), emptyArrayString(), [raw]) AS values
    FROM ({entries})
    WHERE ({{name:String}} = '' OR name = {{name:String}}) AND name != '' AND length(name) <= 1000
)
GROUP BY name
ORDER BY seen DESC, name
LIMIT 2000
