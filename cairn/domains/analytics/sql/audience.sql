-- Who came, subscribed and left when? As people stand today; places of intervals count from 0, which is all time before.
-- Somebody whose history was imported came with its first event. Params: account, edges (starts of intervals and the
-- end, in seconds, after a 0)
WITH people AS (
    SELECT
        p.email_consent AS consent,
        if(e.first = 0, toUnixTimestamp(p.created), least(toUnixTimestamp(p.created), e.first)) AS known,
        if(isNull(p.email_consent_at), known, toUnixTimestamp(assumeNotNull(p.email_consent_at))) AS changed
    FROM (
        SELECT profile, created, email_consent, email_consent_at FROM profiles FINAL
        WHERE account = {account:UInt32} AND deleted = 0
    ) AS p
    LEFT JOIN (
        SELECT profile, toUnixTimestamp(min(ts)) AS first FROM events
        WHERE account = {account:UInt32}
        GROUP BY profile
    ) AS e ON e.profile = p.profile
)
SELECT
    consent,
    arrayLastIndex(edge -> edge <= least(known, changed), {edges:Array(UInt32)}) - 1 AS came,
    arrayLastIndex(edge -> edge <= changed, {edges:Array(UInt32)}) - 1 AS decided,
    count()
FROM people
GROUP BY consent, came, decided
