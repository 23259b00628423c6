-- Which of these events are there already? Params: account, profiles, keys
SELECT profile, key, id
FROM events
PREWHERE account = {account:UInt32} AND profile IN {profiles:Array(UInt32)}
WHERE key IN {keys:Array(UInt64)}
