SELECT
  date_part('hour', "paid_at") AS "hour",
  count(*) AS "count"
FROM "payments"
GROUP BY date_part('hour', "paid_at")
ORDER BY "hour" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "payments"

-- reads payments; at most 200 rows by default
-- hour: integer dimension from /group_by/0
-- count: integer measure from /select/0
