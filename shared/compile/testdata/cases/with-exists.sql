WITH "big" AS (
  SELECT "customer_id"
  FROM "orders"
  WHERE "total" > 200
)
SELECT "customers"."name" AS "name"
FROM "customers"
WHERE EXISTS (SELECT 1 FROM "big" WHERE "customers"."customer_id" = "big"."customer_id")
LIMIT 200

-- reads customers, orders; at most 200 rows by default
-- name: text dimension from /select/0
