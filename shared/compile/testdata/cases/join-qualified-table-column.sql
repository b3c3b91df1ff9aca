SELECT
  "orders"."order_id" AS "order_id",
  "customers"."customer_id" AS "customer_id",
  "orders"."customer_id" AS "orders_customer_id"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
ORDER BY
  "order_id" ASC NULLS LAST,
  "customer_id" ASC NULLS LAST,
  "orders_customer_id" ASC NULLS LAST
LIMIT 2

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, orders; at most 2 rows
-- order_id: integer dimension from /select/0
-- customer_id: integer dimension from /select/1
-- orders_customer_id: integer dimension from /select/2
