-- Whole events, for a listing to add its conditions.
SELECT id, profile, metric, toUnixTimestamp(ts), value, currency, message, properties
FROM events AS e
