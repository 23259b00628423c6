-- Who came, subscribed and left when? As people stand today; places of intervals count from 0, which is all time before.
-- Params: account, edges (starts of intervals and the end, in seconds, after a 0)
SELECT
    email_consent,
    arrayLastIndex(edge -> edge <= toUnixTimestamp(created), {edges:Array(UInt32)}) - 1 AS came,
    arrayLastIndex(edge -> edge <= toUnixTimestamp(ifNull(email_consent_at, created)), {edges:Array(UInt32)}) - 1
        AS decided,
    count()
FROM profiles FINAL
WHERE account = {account:UInt32} AND deleted = 0
GROUP BY email_consent, came, decided
