-- Every profile as it is. Params: account
SELECT properties, toUnixTimestamp(updated) AS at
FROM profiles FINAL
WHERE account = {account:UInt32} AND deleted = 0 AND properties != '{}'
