SELECT
  "name",
  "stock"
FROM "products"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "products"

-- reads products; at most 200 rows by default
-- name: text dimension from /select/0
-- stock: integer measure pieces from /select/1
