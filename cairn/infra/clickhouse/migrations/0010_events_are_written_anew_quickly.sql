-- To delete somebody for good means to write anew every part with events of theirs; one thread works on one part. Parts
-- of at most 1 GiB keep two processors busy from some ten million events on, and no merge that is under way holds up a
-- deletion for long. Reading somebody's events costs a little for each part: whoever has hundreds of millions of events
-- and processors enough may raise it.
ALTER TABLE events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1073741824;

-- Two kilobytes of values in each block, nearly all of them zero: ZSTD took longer to set up than to compress them.
ALTER TABLE events MODIFY COLUMN value Decimal(18, 6) CODEC(LZ4);
