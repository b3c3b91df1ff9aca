SELECT
  "order_id",
  "total"
FROM "orders"
WHERE "total" = (SELECT max("total") FROM "orders" WHERE "status" = 'shipped')
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "total" = (SELECT max("total") FROM "orders" WHERE "status" = 'shipped')) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
-- total: decimal measure USD from /select/1
