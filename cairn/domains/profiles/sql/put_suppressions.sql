-- Suppressions with when they were put and lifted, as the batch worked them out from the stored ones.
-- Params: account_id, rows (a JSON list of objects)
INSERT INTO profiles_suppression AS mine (account_id, number, reason, list_id, at, address, lifted_at, detail)
SELECT %(account_id)s, number, reason, '', at, address, lifted_at, detail
FROM json_to_recordset(%(rows)s::json) AS new(
    number bigint, reason text, at timestamptz, address text, lifted_at timestamptz, detail text
)
ON CONFLICT (account_id, number, reason, list_id) DO UPDATE
SET at = EXCLUDED.at, lifted_at = EXCLUDED.lifted_at, address = EXCLUDED.address,
    detail = CASE WHEN EXCLUDED.detail = '' THEN mine.detail ELSE EXCLUDED.detail END
