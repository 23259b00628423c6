-- How many people are suppressed for each reason, and how many for one list only. Params: account_id
SELECT reason, list_id != '' AS of_list, count(DISTINCT number)
FROM profiles_suppression
WHERE account_id = %(account_id)s AND (lifted_at IS NULL OR at >= lifted_at)
GROUP BY reason, of_list ORDER BY reason, of_list
