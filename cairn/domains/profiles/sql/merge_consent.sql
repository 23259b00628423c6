-- Consent after a merge. None on the destination: the source's; same wish: the older record; different wishes: the
-- source's where the destination's is older or of the same age. Whatever the ages, a wish is bound to its address, so
-- that nobody is opted in on an address that did not ask for it. Params: account_id, source, destination
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
    ELSE EXCLUDED.at >= mine.at
END
