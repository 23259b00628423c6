-- Who is in all of some segments and in none of others?
-- Params: account, within, without
SELECT profile
FROM
(
    SELECT profile, segment FROM segment_members
    WHERE account = {account:UInt32}
        AND (segment IN {within:Array(UInt32)} OR segment IN {without:Array(UInt32)})
    GROUP BY profile, segment HAVING argMax(member, version) = 1
)
GROUP BY profile
HAVING countIf(segment IN {without:Array(UInt32)}) = 0
    AND countIf(segment IN {within:Array(UInt32)}) = length({within:Array(UInt32)})
