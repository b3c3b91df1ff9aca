SELECT
  CAST(date_trunc('quarter', "order_date") AS DATE) AS "q",
  sum("total") AS "sum_total"
FROM "orders"
GROUP BY CAST(date_trunc('quarter', "order_date") AS DATE)
ORDER BY "q" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- q: date time quarter from /select/0
-- sum_total: decimal measure USD from /select/1
