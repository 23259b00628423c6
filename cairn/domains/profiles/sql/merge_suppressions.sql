-- Suppressions after a merge: the union, the older date of the same reason. Params: account_id, source, destination
INSERT INTO profiles_suppression AS mine (account_id, number, reason, list_id, at, address)
SELECT account_id, %(destination)s, reason, list_id, at, address
FROM profiles_suppression WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, number, reason, list_id) DO UPDATE SET at = least(mine.at, EXCLUDED.at)
