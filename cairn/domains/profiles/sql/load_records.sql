-- The data of profiles, each as the JSON list [number, [attributes, location, properties, created]]. Params: account_id,
-- numbers (as the text of an array)
SELECT json_build_array(
    number,
    json_build_array(
        json_build_object(
            'first_name', first_name, 'last_name', last_name, 'organization', organization, 'title', title,
            'image', image, 'locale', locale
        ),
        location, properties, created
    )
)::text
FROM profiles_profile
WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s::bigint[])
