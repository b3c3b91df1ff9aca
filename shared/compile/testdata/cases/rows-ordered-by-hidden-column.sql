SELECT "order_id"
FROM "orders"
ORDER BY
  "total" DESC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 4

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 4 rows; ordered
-- order_id: integer dimension from /select/0
