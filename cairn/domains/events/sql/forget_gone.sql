-- Their events are deleted. Params: until
ALTER TABLE events_gone
DELETE WHERE at <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')
SETTINGS mutations_sync = 2
