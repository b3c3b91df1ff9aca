SELECT "customers"."name" AS "name"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "customers" AS "customers_2" WHERE "customers"."customer_id" = "customers_2"."referrer_id")
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM "customers" WHERE EXISTS (SELECT 1 FROM "customers" AS "customers_2" WHERE "customers"."customer_id" = "customers_2"."referrer_id")) AS "rows_kept"

-- reads customers; at most 200 rows by default
-- name: text dimension from /select/0
