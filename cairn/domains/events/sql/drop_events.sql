-- A mutation, not a lightweight delete: after that one the projections go on showing what was deleted, and the rows
-- stay on the disk until their part is merged. Only parts with such rows are written anew. Params: until
ALTER TABLE events
DELETE WHERE (account, profile) IN (
    SELECT account, profile FROM events_gone WHERE at <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')
)
SETTINGS mutations_sync = 2
