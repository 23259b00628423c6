-- How many profiles are in which of some segments? The i-th of them is the i-th bit of `which`.
-- Params: account, segments
SELECT which, count()
FROM
(
    SELECT profile, groupBitOr(bitShiftLeft(toUInt64(1), indexOf({segments:Array(UInt32)}, segment) - 1)) AS which
    FROM
    (
        SELECT profile, segment FROM segment_members
        WHERE account = {account:UInt32} AND segment IN {segments:Array(UInt32)}
        GROUP BY profile, segment HAVING argMax(member, version) = 1
    )
    GROUP BY profile
)
GROUP BY which
