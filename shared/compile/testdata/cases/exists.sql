SELECT "customers"."name" AS "name"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."customer_id" = "orders"."customer_id")
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM "customers" WHERE EXISTS (SELECT 1 FROM "orders" WHERE "customers"."customer_id" = "orders"."customer_id")) AS "rows_kept"

-- reads customers, orders; at most 200 rows by default
-- name: text dimension from /select/0
