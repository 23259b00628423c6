-- How many events each of these profiles has. Params: account, profiles
SELECT profile, count() FROM events
WHERE account = {account:UInt32} AND profile IN {profiles:Array(UInt32)}
GROUP BY profile ORDER BY profile
