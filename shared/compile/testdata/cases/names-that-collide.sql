SELECT
  "orders"."customer_id" AS "customer_id",
  "customers"."customer_id" AS "customers_customer_id_2",
  sum("orders"."total") AS "sum_total",
  sum("orders"."total") AS "Customers_Customer_ID"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
GROUP BY
  "orders"."customer_id",
  "customers"."customer_id"
ORDER BY
  "customer_id" ASC NULLS LAST,
  "customers_customer_id_2" ASC NULLS LAST
LIMIT 1

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, orders; at most 1 rows
-- customer_id: integer dimension from /select/0
-- customers_customer_id_2: integer dimension from /select/1
-- sum_total: decimal measure USD from /select/2
-- Customers_Customer_ID: decimal measure USD from /select/3
