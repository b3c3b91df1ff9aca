SELECT
  "name",
  "weight"
FROM "products"
WHERE "weight" > (SELECT avg("weight") FROM "products")
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "products") AS "rows_read", (SELECT count(*) FROM "products" WHERE "weight" > (SELECT avg("weight") FROM "products")) AS "rows_kept"

-- reads products; at most 200 rows by default
-- name: text dimension from /select/0
-- weight: decimal measure kg from /select/1
