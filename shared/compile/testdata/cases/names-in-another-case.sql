SELECT
  "status",
  sum("total") AS "sum_total"
FROM "orders"
GROUP BY "status"
ORDER BY
  "sum_total" ASC NULLS LAST,
  "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- status: text dimension from /select/0
-- sum_total: decimal measure USD from /select/1
