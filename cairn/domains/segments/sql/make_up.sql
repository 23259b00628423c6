-- Where do the people of a crowd live, and which channels reach them? One scan; `about` tells the answers apart.
-- Params: those of the crowd, which is another statement; most
SELECT
    multiIf(
        grouping(place) = 0, 'city',
        grouping(country) = 0, 'country',
        grouping(by_email) = 0, 'email',
        grouping(by_sms) = 0, 'sms',
        grouping(by_push) = 0, 'push',
        'all'
    ) AS about,
    country,
    place,
    by_email || by_sms || by_push AS standing,
    count() AS people
FROM
(
    SELECT
        toString(country) AS country,
        city AS place,
        multiIf(
            email = '', 'no_address',
            email_consent = 'UNSUBSCRIBED', 'unsubscribed',
            notEmpty(email_suppressions), 'suppressed',
            email_consent = 'SUBSCRIBED', 'subscribed',
            'never_subscribed'
        ) AS by_email,
        multiIf(
            phone_number = '', 'no_address',
            sms_consent = 'SUBSCRIBED', 'subscribed',
            sms_consent = 'UNSUBSCRIBED', 'unsubscribed',
            'never_subscribed'
        ) AS by_sms,
        multiIf(
            push_consent = 'SUBSCRIBED', 'subscribed',
            push_consent = 'UNSUBSCRIBED', 'unsubscribed',
            'never_subscribed'
        ) AS by_push
    FROM profiles FINAL
    WHERE account = {{account:UInt32}} AND deleted = 0 AND profile IN ({crowd})
)
GROUP BY GROUPING SETS ((), (country), (country, place), (by_email), (by_sms), (by_push))
ORDER BY people DESC, country, place, standing
LIMIT {{most:UInt32}} BY about
