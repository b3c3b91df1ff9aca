SELECT
  CAST(date_trunc('month', "order_date") AS DATE) AS "order_month",
  sum("total") AS "revenue"
FROM "orders"
GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
ORDER BY "order_month" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- order_month: date time month from /group_by/0
-- revenue: decimal measure USD from /select/0
