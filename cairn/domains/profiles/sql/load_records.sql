-- The data of profiles. Params: account_id, numbers
SELECT number, first_name, last_name, organization, title, image, locale, location::text, properties::text, created
FROM profiles_profile
WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s)
