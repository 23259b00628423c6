-- Messages that a sender had in hand when it ended. Params: seat, now (leases of other seats that ran out)
SELECT account_id, source, number, id
FROM messaging_message
WHERE state = 'handed_over' AND (seat = %(seat)s OR lease_until < %(now)s)
ORDER BY account_id, source, number
LIMIT 5000
FOR UPDATE SKIP LOCKED
