-- How much of one metric did these messages earn? Params: account, metric, messages
SELECT message, count(), uniqExact(profile), toFloat64(sum(value))
FROM attributions FINAL
WHERE account = {account:UInt32} AND metric = {metric:UInt32} AND message IN {messages:Array(String)}
GROUP BY message
