-- Params: account, profile
DELETE FROM events WHERE account = {account:UInt32} AND profile = {profile:UInt32}
