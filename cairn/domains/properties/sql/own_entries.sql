-- The properties of documents. The source selects `properties` and `at`.
SELECT arrayJoin(JSONExtractKeysAndValuesRaw(properties)) AS entry, entry.1 AS name, entry.2 AS raw, toUInt8(0) AS in_list, at
FROM ({documents})
