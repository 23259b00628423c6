-- The people behind identifiers and ids, the count of writes so far and when somebody was deleted last. Params: account_id, asked (JSON: lists of
-- values by kind), ids (a JSON list). OFFSET 0 keeps each identifier a walk through the index: statistics know nothing
-- of an account that is just being filled, and an estimate must not read all of its people for a few.
SELECT found.*
FROM json_each(%(asked)s::json) AS asked(kind, list), json_array_elements_text(asked.list) AS sought(value)
CROSS JOIN LATERAL (
    SELECT i.kind, i.value, p.number, p.id, p.external_id, p.email, p.phone_number
    FROM profiles_identifier i
    JOIN profiles_profile p ON p.account_id = i.account_id AND p.number = i.number
    WHERE i.account_id = %(account_id)s AND i.kind = asked.kind AND i.value = sought.value
    OFFSET 0
) AS found
UNION ALL
SELECT 'id', p.id, p.number, p.id, p.external_id, p.email, p.phone_number
FROM json_array_elements_text(%(ids)s::json) AS sought(id)
JOIN profiles_profile p ON p.account_id = %(account_id)s AND p.id = sought.id
UNION ALL
SELECT 'turn', coalesce((extract(epoch FROM buried_until) * 1000)::bigint, 0)::text, writes, '', '', '', ''
FROM profiles_turn WHERE account_id = %(account_id)s
