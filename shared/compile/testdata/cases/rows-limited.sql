SELECT
  "order_id",
  "status",
  "total"
FROM "orders"
LIMIT 5

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 5 rows
-- order_id: integer dimension from /select/0
-- status: text dimension from /select/1
-- total: decimal measure USD from /select/2
