-- Whether a profile has events. Params: account, profile
SELECT 1 FROM events WHERE account = {account:UInt32} AND profile = {profile:UInt32} LIMIT 1
