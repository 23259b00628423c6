-- Identifiers and their owners. Params: account_id, rows (a JSON list of objects)
INSERT INTO profiles_identifier (account_id, kind, value, number)
SELECT %(account_id)s, kind, value, number
FROM json_to_recordset(%(rows)s::json) AS new(kind text, value text, number bigint)
ON CONFLICT (account_id, kind, value) DO UPDATE SET number = EXCLUDED.number
