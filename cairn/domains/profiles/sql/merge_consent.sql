-- Consent after a merge. None on the destination: the source's; same wish: the older record; different wishes: the
-- later one, and of the same age the opt-out. An opt-in only replaces another record where it was given for the address
-- that the destination has, so that a merge opts nobody in. Params: account_id, source, destination
INSERT INTO profiles_consent AS mine (
    account_id, number, channel, consent, at, created, updated, address, method, method_detail, custom_source,
    double_optin
)
SELECT account_id, %(destination)s, channel, consent, at, created, updated, address, method, method_detail,
    custom_source, double_optin
FROM profiles_consent WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, number, channel) DO UPDATE
SET consent = EXCLUDED.consent, at = EXCLUDED.at, created = EXCLUDED.created, updated = EXCLUDED.updated,
    address = EXCLUDED.address, method = EXCLUDED.method, method_detail = EXCLUDED.method_detail,
    custom_source = EXCLUDED.custom_source, double_optin = EXCLUDED.double_optin
WHERE CASE
    WHEN mine.consent = EXCLUDED.consent THEN EXCLUDED.at < mine.at
    WHEN EXCLUDED.consent = 'UNSUBSCRIBED' THEN EXCLUDED.at >= mine.at
    ELSE EXCLUDED.at > mine.at
END AND (
    EXCLUDED.consent = 'UNSUBSCRIBED'
    OR EXCLUDED.address = (
        SELECT CASE split_part(mine.channel, '.', 1)
            WHEN 'email' THEN coalesce(p.email, '')
            WHEN 'mobile_push' THEN ''
            ELSE coalesce(p.phone_number, '')
        END
        FROM profiles_profile p WHERE p.account_id = mine.account_id AND p.number = mine.number
    )
)
