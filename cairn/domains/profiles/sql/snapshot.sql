-- Everything known of profiles, with consent and suppressions, as a JSON list each. Params: account_id, numbers (as the
-- text of an array)
SELECT json_build_array(p.number, p.id, p.email, p.phone_number, p.external_id,
    p.first_name, p.last_name, p.organization, p.title, p.locale, p.image,
    p.location, p.created, p.updated, p.properties,
    (SELECT json_agg(json_build_array(c.channel, c.consent, c.at, c.created, c.updated, c.address, c.method,
            c.method_detail, c.custom_source, c.double_optin))
        FROM profiles_consent c WHERE c.account_id = p.account_id AND c.number = p.number),
    (SELECT json_agg(json_build_array(s.reason, s.list_id, s.at, s.address, s.detail) ORDER BY s.reason, s.list_id)
        FROM profiles_suppression s WHERE s.account_id = p.account_id AND s.number = p.number
            AND (s.lifted_at IS NULL OR s.at >= s.lifted_at)))::text
FROM profiles_profile p
WHERE p.account_id = %(account_id)s AND p.number = ANY(%(numbers)s::bigint[])
ORDER BY p.number
