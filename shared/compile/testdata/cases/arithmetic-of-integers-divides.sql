SELECT CAST(sum("stock") AS DOUBLE) / nullif(count(*), 0) AS "mean stock"
FROM "products"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "products"

-- reads products; at most 200 rows by default
-- mean stock: decimal measure pieces from /select/0
