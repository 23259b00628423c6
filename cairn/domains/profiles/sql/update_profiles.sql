-- Changed profiles. Params: account_id, now, rows (a JSON list of objects)
UPDATE profiles_profile AS p
SET external_id = new.external_id, email = new.email, phone_number = new.phone_number,
    first_name = new.first_name, last_name = new.last_name, organization = new.organization, title = new.title,
    image = new.image, locale = new.locale, location = new.location, properties = new.properties,
    created = new.created, updated = %(now)s
FROM json_to_recordset(%(rows)s::json) AS new(
    number bigint, external_id text, email text, phone_number text,
    first_name text, last_name text, organization text, title text, image text, locale text,
    location jsonb, properties jsonb, created timestamptz
)
WHERE p.account_id = %(account_id)s AND p.number = new.number
