-- Profiles that are no more (merged or deleted), whose events wait for the next sweep. Until then every query leaves
-- them out (see infra/clickhouse/hidden.py): to delete from `events` means to write its largest parts anew.
CREATE TABLE events_gone
(
    account UInt32,
    profile UInt32,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (account, profile);
