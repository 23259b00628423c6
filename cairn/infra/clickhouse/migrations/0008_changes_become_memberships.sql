-- A change is a membership in the same insert. Where a crash comes between the two, the change is behind the account's
-- watermark, and the next tick writes the same membership again.
CREATE MATERIALIZED VIEW IF NOT EXISTS segment_members_of_changes TO segment_members AS
SELECT
    account,
    profile,
    segment,
    toUInt64(toUnixTimestamp64Micro(toDateTime64(at, 6))) AS version,
    entered AS member,
    at AS joined
FROM segment_changes;
