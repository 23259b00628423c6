-- The lists of two profiles that are one now; of two places in a list, the older stays.
-- Params: account_id, source, destination
INSERT INTO lists_listmember AS mine (account_id, list_id, number, joined_at, method, source, wished_at)
SELECT account_id, list_id, %(destination)s, joined_at, method, source, wished_at
FROM lists_listmember WHERE account_id = %(account_id)s AND number = %(source)s
ON CONFLICT (account_id, list_id, number) DO UPDATE
SET joined_at = least(mine.joined_at, EXCLUDED.joined_at),
    method = CASE WHEN EXCLUDED.joined_at < mine.joined_at THEN EXCLUDED.method ELSE mine.method END,
    source = CASE WHEN EXCLUDED.joined_at < mine.joined_at THEN EXCLUDED.source ELSE mine.source END,
    wished_at = greatest(mine.wished_at, EXCLUDED.wished_at)
