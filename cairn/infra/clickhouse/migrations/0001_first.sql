-- What customers did. One row per event, never updated; a repeat is refused before it is inserted (see domains/events).
-- `key` hashes metric and unique id: the same key twice for one profile is the same event. `machine` marks opens and
-- clicks that no person made: 1 a bot's click, 2 a mail program's privacy proxy.
CREATE TABLE events
(
    account UInt32,
    profile UInt32,
    metric UInt32,
    ts DateTime('UTC') CODEC(DoubleDelta, LZ4),
    id UUID,
    key UInt64,
    value Decimal(18, 6) CODEC(ZSTD(1)),
    currency LowCardinality(String),
    message LowCardinality(String),
    machine UInt8,
    received DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    properties String CODEC(ZSTD(1)),
    PROJECTION by_metric
    (
        SELECT account, metric, ts, profile, value, message, machine, id
        ORDER BY account, metric, ts
    ),
    PROJECTION by_time
    (
        SELECT account, ts, id, profile, metric
        ORDER BY account, ts, id
    )
)
ENGINE = MergeTree
ORDER BY (account, profile, ts, id)
SETTINGS index_granularity = 1024, lightweight_mutation_projection_mode = 'rebuild';

-- The newest state of each profile, copied from PostgreSQL; the highest version wins. Lists and consent are part of it,
-- so that one row is one consistent moment.
CREATE TABLE profiles
(
    account UInt32,
    profile UInt32,
    version UInt64,
    deleted UInt8,
    id String,
    email String,
    phone_number String,
    external_id String,
    first_name String,
    last_name String,
    organization LowCardinality(String),
    title LowCardinality(String),
    locale LowCardinality(String),
    image String,
    address1 String,
    address2 String,
    city String,
    region LowCardinality(String),
    country LowCardinality(String),
    zip String,
    timezone LowCardinality(String),
    latitude Nullable(Float64),
    longitude Nullable(Float64),
    created DateTime('UTC'),
    updated DateTime('UTC'),
    list_ids Array(LowCardinality(String)),
    list_joined Array(DateTime('UTC')),
    email_consent LowCardinality(String),
    email_consent_at Nullable(DateTime('UTC')),
    email_method LowCardinality(String),
    email_method_detail String,
    email_custom_source String,
    email_double_optin UInt8,
    email_suppressions Array(LowCardinality(String)),
    email_suppressed_at Array(DateTime('UTC')),
    sms_consent LowCardinality(String),
    sms_consent_at Nullable(DateTime('UTC')),
    sms_method LowCardinality(String),
    push_consent LowCardinality(String),
    push_consent_at Nullable(DateTime('UTC')),
    properties String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account, profile)
SETTINGS index_granularity = 1024;

-- The dates among the profiles' own properties, in seconds since 1970, so that a date that comes due is found by a range
-- read. Rows outlive a changed value: whoever reads them evaluates the profile anew.
CREATE TABLE profile_dates
(
    account UInt32,
    property String,
    at Int64,
    profile UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (account, property, at, profile)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW profile_dates_of_profiles TO profile_dates AS
SELECT account, entry.1 AS property, assumeNotNull(parsed) AS at, profile
FROM
(
    SELECT
        account,
        profile,
        arrayJoin(JSONExtractKeysAndValuesRaw(properties)) AS entry,
        JSONExtractString(entry.2) AS text,
        if(
            match(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$'),
            toUnixTimestamp64Second(parseDateTime64BestEffortOrNull(text, 0, 'UTC')),
            NULL
        ) AS parsed
    FROM profiles
    WHERE deleted = 0
)
WHERE parsed IS NOT NULL;

-- Who is in which segment; the highest version wins. Ordered by profile, because every tick asks for some profiles'
-- memberships, and only a page or a build for those of one segment.
CREATE TABLE segment_members
(
    account UInt32,
    profile UInt32,
    segment UInt32,
    version UInt64,
    member UInt8,
    joined DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account, profile, segment)
SETTINGS index_granularity = 1024;

-- Every entry and exit, once each. It is written before the membership, so that what a crash left half done is found
-- behind the account's watermark and finished: hence the order by time.
CREATE TABLE segment_changes
(
    account UInt32,
    at DateTime64(3, 'UTC'),
    segment UInt32,
    profile UInt32,
    entered UInt8,
    cause LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (account, at, segment, profile)
SETTINGS index_granularity = 1024;

-- Which message a conversion is credited to; the highest version wins, `message` empty withdraws the credit.
CREATE TABLE attributions
(
    account UInt32,
    event UUID,
    version UInt64,
    profile UInt32,
    metric UInt32,
    ts DateTime('UTC'),
    value Decimal(18, 6),
    currency LowCardinality(String),
    channel LowCardinality(String),
    campaign LowCardinality(String),
    flow LowCardinality(String),
    message LowCardinality(String),
    touch UUID,
    touch_metric UInt32,
    touch_ts DateTime('UTC'),
    reason LowCardinality(String)
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account, event)
SETTINGS index_granularity = 1024;
