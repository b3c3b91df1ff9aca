SELECT
  "customer_id",
  date_diff('microsecond', CAST(min("order_date") AS TIMESTAMP), CAST(max("order_date") AS TIMESTAMP)) / 8.64e10 AS "days"
FROM "orders"
GROUP BY "customer_id"
ORDER BY "customer_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- customer_id: integer dimension from /group_by/0
-- days: decimal measure days from /select/0
