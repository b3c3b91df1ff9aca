SELECT
  CAST(date_trunc('month', "order_date") AS DATE) AS "order_month",
  count(*) AS "n"
FROM "orders"
GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
ORDER BY
  "n" DESC NULLS LAST,
  "order_month" ASC NULLS LAST
LIMIT 4

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 4 rows; ordered
-- order_month: date time month from /group_by/0
-- n: integer measure from /select/0
