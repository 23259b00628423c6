-- When did each of these profiles last do something? Params: account, profiles
SELECT profile, toUnixTimestamp(max(ts))
FROM events
WHERE account = {account:UInt32} AND profile IN {profiles:Array(UInt32)}
GROUP BY profile
