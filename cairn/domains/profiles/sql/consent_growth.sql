-- Who subscribed to each channel and who left it, day by day. Params: account_id, since, until, timezone
SELECT (at AT TIME ZONE %(timezone)s)::date AS day, channel,
    count(*) FILTER (WHERE after = 'SUBSCRIBED') AS subscribed,
    count(*) FILTER (WHERE after = 'UNSUBSCRIBED') AS unsubscribed,
    count(*) FILTER (WHERE after = 'SUPPRESSED') AS suppressed
FROM profiles_consenthistory
WHERE account_id = %(account_id)s AND at >= %(since)s AND at < %(until)s AND outcome = 'taken' AND before != after
GROUP BY day, channel ORDER BY day, channel
