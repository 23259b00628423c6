-- What did the people of a crowd spend, each of them and all together? Buyers by the step of `edges` that they reached;
-- the row of step -1 is all of them.
-- Params: those of the crowd, which is another statement; metrics, edges. {times}, {value} and {where} say which events
-- count, and for how much.
SELECT if(grouping(step) = 0, step, -1) AS reached, count(), toUInt64(sum(orders)), sum(spent), quantileExact(0.5)(spent)
FROM
(
    SELECT
        toInt16(arrayCount(edge -> edge <= spent, {{edges:Array(Float64)}})) AS step,
        toUInt64(sum({times})) AS orders,
        toFloat64(sum({value})) AS spent
    FROM events AS e
    WHERE e.account = {{account:UInt32}} AND e.metric IN {{metrics:Array(UInt32)}} AND e.profile IN ({crowd}) {where}
    GROUP BY e.profile
)
GROUP BY GROUPING SETS ((), (step))
ORDER BY reached
