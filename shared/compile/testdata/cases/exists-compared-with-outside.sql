SELECT "orders"."order_id" AS "order_id"
FROM "orders"
WHERE EXISTS (SELECT 1 FROM "payments" WHERE "orders"."order_id" = "payments"."order_id" AND "payments"."amount" < "orders"."total")
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE EXISTS (SELECT 1 FROM "payments" WHERE "orders"."order_id" = "payments"."order_id" AND "payments"."amount" < "orders"."total")) AS "rows_kept"

-- reads orders, payments; at most 200 rows by default
-- order_id: integer dimension from /select/0
