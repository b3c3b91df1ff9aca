SELECT "customers"."name" AS "name"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."customer_id" = "orders"."customer_id" AND EXISTS (SELECT 1 FROM "order_items" WHERE "orders"."order_id" = "order_items"."order_id" AND "order_items"."category" = 'toys'))
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM "customers" WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."customer_id" = "orders"."customer_id" AND EXISTS (SELECT 1 FROM "order_items" WHERE "orders"."order_id" = "order_items"."order_id" AND "order_items"."category" = 'toys'))) AS "rows_kept"

-- reads customers, order_items, orders; at most 200 rows by default
-- name: text dimension from /select/0
