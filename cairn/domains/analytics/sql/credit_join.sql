LEFT JOIN (
        SELECT event, channel, flow, message FROM attributions FINAL
        WHERE account = {account:UInt32} AND metric IN {metrics:Array(UInt32)} AND message != ''
    ) AS a ON a.event = e.id
