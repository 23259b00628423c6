-- Suppressions after a merge: the stricter wins. One that holds for either holds for both; of the same reason the later
-- date stays, so that a late wish from between lifts nothing. Params: account_id, source, destination
INSERT INTO profiles_suppression AS mine (account_id, number, reason, list_id, at, address, lifted_at, detail)
SELECT account_id, %(destination)s, reason, list_id, at, address, lifted_at, detail
FROM profiles_suppression WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, number, reason, list_id) DO UPDATE
SET at = greatest(mine.at, EXCLUDED.at),
    lifted_at = CASE
        WHEN mine.lifted_at IS NULL OR mine.at >= mine.lifted_at THEN NULL
        WHEN EXCLUDED.lifted_at IS NULL OR EXCLUDED.at >= EXCLUDED.lifted_at THEN NULL
        ELSE greatest(mine.lifted_at, EXCLUDED.lifted_at)
    END,
    detail = CASE WHEN EXCLUDED.at > mine.at THEN EXCLUDED.detail ELSE mine.detail END
