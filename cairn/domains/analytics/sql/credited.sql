-- Which of these events are credited now, to what? Params: account, events
SELECT event, touch
FROM attributions FINAL
WHERE account = {account:UInt32} AND event IN {events:Array(UUID)} AND message != ''
