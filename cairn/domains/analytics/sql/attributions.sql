-- What are these events credited to? Params: account, events
SELECT event, touch, campaign, message, flow, reason
FROM attributions FINAL
WHERE account = {account:UInt32} AND event IN {events:Array(UUID)} AND message != ''
