-- How many profiles do each two of some segments share, and how many are in any? A segment without members has no place.
-- Members come in the order of a projection, so that the newest of each is found without remembering all of them.
-- Params: account, segments
SELECT
    groupArray(segment) AS segments,
    arrayMap(a -> arrayMap(b -> bitmapAndCardinality(a, b), groupArray(people)), groupArray(people)) AS shared,
    groupBitmapMerge(people) AS anybody
FROM
(
    SELECT segment, groupBitmapState(profile) AS people
    FROM
    (
        SELECT segment, profile FROM segment_members
        WHERE account = {account:UInt32} AND segment IN {segments:Array(UInt32)}
        GROUP BY segment, profile HAVING argMax(member, version) = 1
    )
    GROUP BY segment
)
SETTINGS optimize_aggregation_in_order = 1
