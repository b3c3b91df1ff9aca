SELECT
  "order_id",
  "total"
FROM "orders"
ORDER BY
  "total" ASC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- order_id: integer dimension from /select/0
-- total: decimal measure USD from /select/1
