-- How many people said what on each channel, for the address that they have. Params: account_id
SELECT c.channel,
    count(*) FILTER (WHERE c.consent = 'SUBSCRIBED' AND c.address = CASE split_part(c.channel, '.', 1)
        WHEN 'email' THEN coalesce(p.email, '') WHEN 'mobile_push' THEN '' ELSE coalesce(p.phone_number, '') END
    ) AS subscribed,
    count(*) FILTER (WHERE c.consent = 'UNSUBSCRIBED') AS unsubscribed
FROM profiles_consent c JOIN profiles_profile p ON p.account_id = c.account_id AND p.number = c.number
WHERE c.account_id = %(account_id)s
GROUP BY c.channel ORDER BY c.channel
