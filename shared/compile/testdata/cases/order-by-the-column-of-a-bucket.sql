SELECT
  CAST(date_trunc('quarter', "order_date") AS DATE) AS "order_quarter",
  count(*) AS "count"
FROM "orders"
GROUP BY CAST(date_trunc('quarter', "order_date") AS DATE)
ORDER BY "order_quarter" DESC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- order_quarter: date time quarter from /group_by/0
-- count: integer measure from /select/0
