-- How many profiles are there? Params: account
SELECT count() FROM profiles FINAL WHERE account = {account:UInt32} AND deleted = 0
