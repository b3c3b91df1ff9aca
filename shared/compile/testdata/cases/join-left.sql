SELECT
  "customers"."name" AS "name",
  count("orders"."order_id") AS "orders",
  sum("orders"."total") AS "sum_total"
FROM "customers"
LEFT JOIN "orders" ON "customers"."customer_id" = "orders"."customer_id"
GROUP BY "customers"."name"
ORDER BY "name" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "customers"."customer_id" FROM "customers" LEFT JOIN "orders" ON "customers"."customer_id" = "orders"."customer_id") AS "kept") AS "rows_kept"

-- reads customers, orders; at most 200 rows by default
-- name: text dimension from /select/0
-- orders: integer measure from /select/1
-- sum_total: decimal measure USD from /select/2
