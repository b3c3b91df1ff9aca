SELECT "order_id"
FROM "orders"
WHERE "total" > 42.25
  AND "total" <= 120.5
  AND "order_id" < 109
  AND "customer_id" >= 1
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "total" > 42.25 AND "total" <= 120.5 AND "order_id" < 109 AND "customer_id" >= 1) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
