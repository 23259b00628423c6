-- What a profile can be found by, as one text in small letters, copied from each newest state. Older states stay until
-- they are merged away: whoever searches looks at the profiles themselves afterwards.
CREATE TABLE profile_search
(
    account UInt32,
    profile UInt32,
    version UInt64,
    text String CODEC(LZ4),
    INDEX grams text TYPE text(tokenizer = ngrams(3))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (account, profile)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW profile_search_of_profiles TO profile_search AS
SELECT
    account,
    profile,
    version,
    if(deleted = 1, '', lowerUTF8(concat(
        ' ', email, ' ', first_name, ' ', last_name, ' ', phone_number, ' ', external_id, ' ', id, ' ', organization,
        ' ', city, ' ', properties, ' '
    ))) AS text
FROM profiles;

INSERT INTO profile_search
SELECT
    account,
    profile,
    version,
    lowerUTF8(concat(
        ' ', email, ' ', first_name, ' ', last_name, ' ', phone_number, ' ', external_id, ' ', id, ' ', organization,
        ' ', city, ' ', properties, ' '
    ))
FROM profiles FINAL
WHERE deleted = 0;
