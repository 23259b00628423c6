-- What changed, or was wished in vain. Params: account_id, now, rows (a JSON list of objects)
INSERT INTO profiles_consenthistory (
    account_id, number, channel, before, after, at, recorded_at, outcome, method, method_detail, source, list_id,
    text, ip, user_agent
)
SELECT %(account_id)s, number, channel, before, after, at, %(now)s, outcome, method, method_detail, source, list_id,
    text, ip, user_agent
FROM json_to_recordset(%(rows)s::json) AS new(
    number bigint, channel text, before text, after text, at timestamptz, outcome text, method text,
    method_detail text, source text, list_id text, text text, ip text, user_agent text
)
