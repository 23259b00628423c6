-- Suppressions; a repeat keeps the later date, so that an older subscription cannot lift it.
-- Params: account_id, rows (a JSON list of objects)
INSERT INTO profiles_suppression AS mine (account_id, number, reason, list_id, at, address)
SELECT %(account_id)s, number, reason, '', at, address
FROM json_to_recordset(%(rows)s::json) AS new(number bigint, reason text, at timestamptz, address text)
ON CONFLICT (account_id, number, reason, list_id) DO UPDATE
SET at = greatest(mine.at, EXCLUDED.at), address = EXCLUDED.address
