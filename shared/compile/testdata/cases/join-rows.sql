SELECT
  "orders"."order_id" AS "order_id",
  "customers"."name" AS "name"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
WHERE "customers"."segment" = 'business'
ORDER BY
  "order_id" ASC NULLS LAST,
  "name" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id" WHERE "customers"."segment" = 'business') AS "rows_kept"

-- reads customers, orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
-- name: text dimension from /select/1
