-- The newest wish per person and channel. Params: account_id, now, rows (a JSON list of objects)
INSERT INTO profiles_consent AS mine (
    account_id, number, channel, consent, at, created, updated, address, method, method_detail, custom_source,
    double_optin, opted_in_at
)
SELECT %(account_id)s, number, channel, consent, at, %(now)s, %(now)s, address, method, method_detail, custom_source,
    double_optin, opted_in_at
FROM json_to_recordset(%(rows)s::json) AS new(
    number bigint, channel text, consent text, at timestamptz, address text, method text, method_detail text,
    custom_source text, double_optin boolean, opted_in_at timestamptz
)
ON CONFLICT (account_id, number, channel) DO UPDATE
SET consent = EXCLUDED.consent, at = EXCLUDED.at, updated = EXCLUDED.updated, address = EXCLUDED.address,
    method = EXCLUDED.method, method_detail = EXCLUDED.method_detail, custom_source = EXCLUDED.custom_source,
    double_optin = EXCLUDED.double_optin, opted_in_at = EXCLUDED.opted_in_at
