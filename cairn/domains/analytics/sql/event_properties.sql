JOIN (
        SELECT id, properties FROM events
        WHERE account = {account:UInt32} AND metric IN {metrics:Array(UInt32)} AND id IN (
            SELECT event FROM attributions FINAL
            WHERE account = {account:UInt32} AND metric IN {metrics:Array(UInt32)}
                AND message IN {messages:Array(String)}
        )
    ) AS p ON p.id = c.event
