-- Pairs of profiles that may be one person: the older number, the other, and why, the surest reason first. Values that
-- more than ten share are nobody's own. Params: account_id
WITH people AS (
    SELECT number, email, phone_number, external_id,
        lower(regexp_replace(first_name || ' ' || last_name, '\s+', ' ', 'g')) AS name,
        first_name <> '' AND last_name <> '' AS is_named,
        lower(regexp_replace(coalesce(location ->> 'address1', '') || ' ' || coalesce(location ->> 'zip', ''),
            '[\s.,-]+', '', 'g')) AS address,
        coalesce(location ->> 'address1', '') <> '' AS has_address,
        split_part(split_part(email, '@', 1), '+', 1) AS mailbox,
        CASE split_part(email, '@', 2) WHEN 'googlemail.com' THEN 'gmail.com' ELSE split_part(email, '@', 2) END AS host
    FROM profiles_profile WHERE account_id = %(account_id)s
), keys AS (
    SELECT 1 AS rank, 'same_mailbox' AS reason, number,
        CASE host WHEN 'gmail.com' THEN replace(mailbox, '.', '') ELSE mailbox END || '@' || host AS key
    FROM people WHERE email IS NOT NULL
    UNION ALL
    -- A zero after the country's code is dialled within the country only.
    SELECT 2, 'same_phone', number, regexp_replace(phone_number,
        '^\+(7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)0', '+\1')
    FROM people WHERE phone_number IS NOT NULL
    UNION ALL
    SELECT 3, 'same_external_id', number, lower(regexp_replace(external_id, '\s', '', 'g'))
    FROM people WHERE external_id IS NOT NULL
    UNION ALL
    SELECT 4, 'same_name_and_address', number, name || '|' || address FROM people WHERE is_named AND has_address
    UNION ALL
    SELECT 5, 'similar_email', number, replace(mailbox, '.', '') || '@' || host FROM people WHERE email IS NOT NULL
), groups AS (
    SELECT rank, reason, min(number) AS first, array_agg(number) AS numbers
    FROM keys GROUP BY rank, reason, key HAVING count(*) BETWEEN 2 AND 10
)
SELECT DISTINCT ON (first, second) first, second, reason
FROM groups, unnest(numbers) AS second
WHERE second <> first
ORDER BY first, second, rank
