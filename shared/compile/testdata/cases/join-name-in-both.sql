SELECT
  "orders"."customer_id" AS "customer_id",
  count(*) AS "count"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
GROUP BY "orders"."customer_id"
ORDER BY "customer_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, orders; at most 200 rows by default
-- customer_id: integer dimension from /select/0
-- count: integer measure from /select/1
