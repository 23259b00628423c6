-- Give a profile's events to another one, but those that it has already. Params: account, source, destination
INSERT INTO events (account, profile, metric, ts, id, key, value, currency, message, machine, received, properties)
SELECT account, {destination:UInt32}, metric, ts, id, key, value, currency, message, machine, received, properties
FROM events
WHERE account = {account:UInt32} AND profile = {source:UInt32}
    AND key NOT IN (SELECT key FROM events WHERE account = {account:UInt32} AND profile = {destination:UInt32})
