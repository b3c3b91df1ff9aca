SELECT "name"
FROM "products"
WHERE "stock" < (CAST((SELECT sum("stock") FROM "products") AS DOUBLE) / nullif((SELECT count(*) FROM "products") * 3, 0))
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "products") AS "rows_read", (SELECT count(*) FROM "products" WHERE "stock" < (CAST((SELECT sum("stock") FROM "products") AS DOUBLE) / nullif((SELECT count(*) FROM "products") * 3, 0))) AS "rows_kept"

-- reads products; at most 200 rows by default
-- name: text dimension from /select/0
