-- The people behind identifiers and ids, the count of writes so far and when somebody was deleted last. Params: account_id, asked (a JSON list of
-- [kind, value]), ids (a JSON list)
SELECT asked.key ->> 0, asked.key ->> 1, p.number, p.id, p.external_id, p.email, p.phone_number
FROM jsonb_array_elements(%(asked)s::jsonb) AS asked(key)
JOIN profiles_identifier i
    ON i.account_id = %(account_id)s AND i.kind = asked.key ->> 0 AND i.value = asked.key ->> 1
JOIN profiles_profile p ON p.account_id = %(account_id)s AND p.number = i.number
UNION ALL
SELECT 'id', p.id, p.number, p.id, p.external_id, p.email, p.phone_number
FROM jsonb_array_elements_text(%(ids)s::jsonb) AS asked(id)
JOIN profiles_profile p ON p.account_id = %(account_id)s AND p.id = asked.id
UNION ALL
SELECT 'turn', coalesce((extract(epoch FROM buried_until) * 1000)::bigint, 0)::text, writes, '', '', '', ''
FROM profiles_turn WHERE account_id = %(account_id)s
