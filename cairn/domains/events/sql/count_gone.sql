-- Profiles whose events wait to be deleted. Params: until
SELECT uniqExact(account, profile) FROM events_gone WHERE at <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')
