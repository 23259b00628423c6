-- New profiles. Params: account_id, now, rows (a JSON list of objects)
INSERT INTO profiles_profile (
    account_id, id, number, external_id, email, phone_number,
    first_name, last_name, organization, title, image, locale, location, properties, created, updated
)
SELECT
    %(account_id)s, id, number, external_id, email, phone_number,
    first_name, last_name, organization, title, image, locale, location, properties, created, %(now)s
FROM json_to_recordset(%(rows)s::json) AS new(
    id text, number bigint, external_id text, email text, phone_number text,
    first_name text, last_name text, organization text, title text, image text, locale text,
    location jsonb, properties jsonb, created timestamptz
)
