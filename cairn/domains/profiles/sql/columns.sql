-- Everything known of profiles, with consent and suppressions: three kinds of rows in one statement, and so of one
-- moment. Params: account_id, numbers (as the text of an array)
COPY (
    SELECT 'profile', number, id, email, phone_number, external_id, first_name, last_name, organization, title, locale,
        image, created, updated, location, properties, NULL::boolean
    FROM profiles_profile WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s::bigint[])
    UNION ALL
    SELECT 'consent', number, channel, consent, address, method, method_detail, custom_source, '', '', '',
        '', at, updated, NULL, NULL, double_optin
    FROM profiles_consent WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s::bigint[])
    UNION ALL
    SELECT 'suppression', number, reason, '', address, '', '', '', '', '', '',
        '', at, at, NULL, NULL, NULL
    FROM profiles_suppression WHERE account_id = %(account_id)s AND number = ANY(%(numbers)s::bigint[])
        AND list_id = '' AND (lifted_at IS NULL OR at >= lifted_at)
) TO STDOUT (FORMAT csv)
