-- What changed. Params: account_id, now, rows (a JSON list of objects)
INSERT INTO profiles_consenthistory (
    account_id, number, channel, before, after, at, recorded_at, method, method_detail, source
)
SELECT %(account_id)s, number, channel, before, after, at, %(now)s, method, method_detail, source
FROM json_to_recordset(%(rows)s::json) AS new(
    number bigint, channel text, before text, after text, at timestamptz, method text, method_detail text, source text
)
