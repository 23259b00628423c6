-- By what means people subscribed and left. Params: account_id, since, until
SELECT channel, method, count(*) FILTER (WHERE after = 'SUBSCRIBED') AS subscribed,
    count(*) FILTER (WHERE after = 'UNSUBSCRIBED') AS unsubscribed
FROM profiles_consenthistory
WHERE account_id = %(account_id)s AND at >= %(since)s AND at < %(until)s AND outcome = 'taken' AND before != after
    AND after IN ('SUBSCRIBED', 'UNSUBSCRIBED')
GROUP BY channel, method ORDER BY subscribed DESC, unsubscribed DESC, channel, method LIMIT 100
