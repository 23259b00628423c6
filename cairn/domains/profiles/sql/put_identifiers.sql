-- Identifiers and their owners. Params: account_id, now, rows (a JSON list of objects)
INSERT INTO profiles_identifier (account_id, kind, value, number, added)
SELECT %(account_id)s, kind, value, number, %(now)s
FROM json_to_recordset(%(rows)s::json) AS new(kind text, value text, number bigint)
ON CONFLICT (account_id, kind, value) DO UPDATE SET number = EXCLUDED.number
