-- What is inside the properties of documents, two objects deep, by the path to it. Of keys that would not read as one, and
-- of lists in lists, nothing is said. The source selects `properties` and `at`.
SELECT within.1 AS name, within.2 AS raw, within.3 AS in_list, at
FROM (
    WITH
        outer -> arrayFlatten(arrayMap(
            one -> arrayFlatten(arrayMap(
                document -> arrayMap(
                    each -> (concat(one.1, '[\'', each.1, '\']'), each.2, toUInt8(one.3 OR startsWith(one.2, '['))),
                    arrayFilter(
                        each -> each.1 != '' AND position(each.1, '\']') = 0,
                        JSONExtractKeysAndValuesRaw(document)
                    )
                ),
                if(startsWith(one.2, '['), JSONExtractArrayRaw(one.2), [one.2])
            )),
            outer
        )) AS opened
    SELECT
        arrayMap(
            each -> (each.1, each.2, toUInt8(0)),
            arrayFilter(each -> each.1 != '', JSONExtractKeysAndValuesRaw(properties))
        ) AS own,
        opened(own) AS first,
        arrayJoin(arrayConcat(first, opened(first))) AS within,
        at
    FROM ({documents})
    WHERE match(properties, '[:\\[,]\\s*\\{{')
)
