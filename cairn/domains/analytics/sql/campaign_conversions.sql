-- How much of what counts as one metric did these messages earn? Params: account, metrics, messages
SELECT e.message, {times}, uniqExact(e.profile), toFloat64(sum({value}))
FROM (
    SELECT c.event AS event, c.message AS message, c.profile AS profile, c.metric AS metric, c.value AS value{columns}
    FROM (
        SELECT event, message, profile, metric, value FROM attributions FINAL
        WHERE account = {{account:UInt32}} AND metric IN {{metrics:Array(UInt32)}}
            AND message IN {{messages:Array(String)}}
    ) AS c
    {properties}
) AS e
{where}
GROUP BY e.message
