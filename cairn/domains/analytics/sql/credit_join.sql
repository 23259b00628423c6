LEFT JOIN (
        SELECT event, channel, flow, message FROM attributions FINAL
        WHERE account = {account:UInt32} AND metric = {metric:UInt32} AND message != ''
    ) AS a ON a.event = e.id
