SELECT
  "name",
  CAST(1 AS DOUBLE) / nullif("stock", 0) AS "value_per_stock"
FROM "products"
ORDER BY
  "name" ASC NULLS LAST,
  "product_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "products"

-- reads products; at most 200 rows by default; ordered
-- name: text dimension from /select/0
-- value_per_stock: decimal measure from /select/1
