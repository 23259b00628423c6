-- Dates inside a property that is an object are kept by the property's name: whoever looks for one evaluates the profile.
ALTER TABLE profile_dates_of_profiles MODIFY QUERY
SELECT account, entry.1 AS property, assumeNotNull(parsed) AS at, profile
FROM
(
    SELECT
        account,
        profile,
        arrayJoin(JSONExtractKeysAndValuesRaw(properties)) AS entry,
        arrayJoin(if(
            startsWith(entry.2, '{'),
            extractAll(entry.2, '"([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?)"'),
            [JSONExtractString(entry.2)]
        )) AS text,
        if(
            match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$'),
            toUnixTimestamp64Second(parseDateTime64BestEffortOrNull(text, 0, 'UTC')),
            NULL
        ) AS parsed
    FROM profiles
    WHERE deleted = 0
)
WHERE parsed IS NOT NULL;

INSERT INTO profile_dates
SELECT account, entry.1 AS property, assumeNotNull(parsed) AS at, profile
FROM
(
    SELECT
        account,
        profile,
        arrayJoin(JSONExtractKeysAndValuesRaw(properties)) AS entry,
        arrayJoin(extractAll(entry.2, '"([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?)"')) AS text,
        if(
            match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$'),
            toUnixTimestamp64Second(parseDateTime64BestEffortOrNull(text, 0, 'UTC')),
            NULL
        ) AS parsed
    FROM profiles FINAL
    WHERE deleted = 0 AND match(properties, ':\\s*\\{')
)
WHERE startsWith(entry.2, '{') AND parsed IS NOT NULL;
