-- Which of these events are credited now, to what, and as whose? Params: account, events
SELECT event, touch, profile
FROM attributions FINAL
WHERE account = {account:UInt32} AND event IN {events:Array(UUID)} AND message != ''
