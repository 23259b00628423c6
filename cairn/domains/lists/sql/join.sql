-- Memberships; who is in already stays as they came, but for the time of a newer wish.
-- Params: account_id, list_id, numbers, wished, now, method, source
INSERT INTO lists_listmember AS mine (account_id, list_id, number, joined_at, method, source, wished_at)
SELECT %(account_id)s, %(list_id)s, new.number, %(now)s, %(method)s, %(source)s, new.wished
FROM unnest(%(numbers)s::bigint[], %(wished)s::timestamptz[]) AS new(number, wished)
ON CONFLICT (account_id, list_id, number) DO UPDATE
SET wished_at = greatest(mine.wished_at, EXCLUDED.wished_at)
WHERE EXCLUDED.wished_at IS NOT NULL
RETURNING number, xmax = 0
