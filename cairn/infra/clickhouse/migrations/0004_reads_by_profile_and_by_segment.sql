-- Every tick reads the events, rows and memberships of some hundred profiles, strewn over the whole table. What that
-- costs is what must be unpacked around each of them: 1024 rows and 64 kB of every column until now. Smaller blocks
-- take 1 % more of the disk; finer marks matter where a row is large, so for `properties`.
-- Granularity cannot be altered. The parts move to a table that has the finer one and take it on when they are merged;
-- they are linked, not copied. Each statement may be repeated after a crash.
CREATE TABLE IF NOT EXISTS events_fine AS events
ENGINE = MergeTree
ORDER BY (account, profile, ts, id)
SETTINGS index_granularity = 256, min_compress_block_size = 4096, lightweight_mutation_projection_mode = 'rebuild';

-- Within a profile the distances between times are random: DoubleDelta took more room than none, and time to unpack.
ALTER TABLE events_fine MODIFY COLUMN ts DateTime('UTC') CODEC(Delta, LZ4);

ALTER TABLE events_fine REPLACE PARTITION ID 'all' FROM events SETTINGS allow_replace_partition_from_empty_source = 1;

EXCHANGE TABLES events AND events_fine;

-- What was inserted between the last two statements.
INSERT INTO events
SELECT * FROM events_fine
WHERE received >= now() - INTERVAL 2 DAY AND (account, profile, id) NOT IN (
    SELECT account, profile, id FROM events WHERE received >= now() - INTERVAL 2 DAY
);

DROP TABLE IF EXISTS events_fine SYNC SETTINGS max_table_size_to_drop = 0;

-- A condition on a property of one metric's events reads that metric's properties, not everybody's.
ALTER TABLE events ADD PROJECTION IF NOT EXISTS properties_by_metric
(
    SELECT account, metric, ts, profile, value, properties
    ORDER BY account, metric, ts
);

-- In the background; until then a part is read as before.
ALTER TABLE events MATERIALIZE PROJECTION properties_by_metric SETTINGS mutations_sync = 0;

ALTER TABLE profiles MODIFY SETTING min_compress_block_size = 4096;

-- Pages and builds ask for one segment's members, of whom there are some in every granule of the table.
ALTER TABLE segment_members MODIFY SETTING
    min_compress_block_size = 4096,
    lightweight_mutation_projection_mode = 'rebuild',
    deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE segment_members ADD PROJECTION IF NOT EXISTS by_segment
(
    SELECT account, segment, profile, version, member, joined
    ORDER BY account, segment, profile
);

ALTER TABLE segment_members MATERIALIZE PROJECTION by_segment SETTINGS mutations_sync = 0;

-- Who is there and who is gone, as sets: every build begins with them. Deletion is for ever, so that both only grow.
CREATE TABLE IF NOT EXISTS profile_numbers
(
    account UInt32,
    deleted UInt8,
    numbers AggregateFunction(groupBitmap, UInt32)
)
ENGINE = AggregatingMergeTree
ORDER BY (account, deleted);

CREATE MATERIALIZED VIEW IF NOT EXISTS profile_numbers_of_profiles TO profile_numbers AS
SELECT account, deleted, groupBitmapState(profile) AS numbers FROM profiles GROUP BY account, deleted;

INSERT INTO profile_numbers
SELECT account, deleted, groupBitmapState(profile) FROM profiles GROUP BY account, deleted;
