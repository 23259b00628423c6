-- Consent after a merge: the stricter wins. None on the destination: the source's. Both the same: the older record of an
-- opt-in, the later of an opt-out. Different: the opt-out, as of the later of the two, so that only a wish newer than
-- both ends it. An opt-in counts for the address that it was given for, so that a merge opts nobody in.
-- Params: account_id, source, destination
WITH mine AS (
    SELECT c.*, CASE split_part(c.channel, '.', 1)
            WHEN 'email' THEN coalesce(p.email, '')
            WHEN 'mobile_push' THEN ''
            ELSE coalesce(p.phone_number, '')
        END AS current
    FROM profiles_consent c JOIN profiles_profile p ON p.account_id = c.account_id AND p.number = c.number
    WHERE c.account_id = %(account_id)s AND c.number = %(destination)s
), chosen AS (
    SELECT theirs.*, mine.channel IS NULL AS is_new, mine.consent AS before,
        CASE WHEN mine.consent IS DISTINCT FROM theirs.consent OR theirs.consent = 'UNSUBSCRIBED'
            THEN greatest(theirs.at, mine.at) ELSE theirs.at END AS moment
    FROM profiles_consent theirs LEFT JOIN mine ON mine.channel = theirs.channel
    WHERE theirs.account_id = %(account_id)s AND theirs.number = %(source)s AND (
        mine.channel IS NULL
        OR (theirs.consent = 'UNSUBSCRIBED' AND (mine.consent = 'SUBSCRIBED' OR theirs.at > mine.at))
        OR (theirs.consent = 'SUBSCRIBED' AND mine.consent = 'SUBSCRIBED' AND theirs.address = mine.current
            AND (mine.address != mine.current OR theirs.at < mine.at))
    )
), told AS (
    INSERT INTO profiles_consenthistory (
        account_id, number, channel, before, after, at, recorded_at, outcome, method, method_detail, source, list_id,
        text, ip, user_agent
    )
    SELECT account_id, %(destination)s, channel, coalesce(before, 'NEVER_SUBSCRIBED'), consent, moment, now(), 'taken',
        'MERGE', method, '', '', '', '', ''
    FROM chosen WHERE consent IS DISTINCT FROM before
)
INSERT INTO profiles_consent AS kept (
    account_id, number, channel, consent, at, created, updated, address, method, method_detail, custom_source,
    double_optin
)
SELECT account_id, %(destination)s, channel, consent, moment, created, updated, address, method, method_detail,
    custom_source, double_optin
FROM chosen
ON CONFLICT (account_id, number, channel) DO UPDATE
SET consent = EXCLUDED.consent, at = EXCLUDED.at, created = EXCLUDED.created, updated = EXCLUDED.updated,
    address = EXCLUDED.address, method = EXCLUDED.method, method_detail = EXCLUDED.method_detail,
    custom_source = EXCLUDED.custom_source, double_optin = EXCLUDED.double_optin, opted_in_at = NULL
