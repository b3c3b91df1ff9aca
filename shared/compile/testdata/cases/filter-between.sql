SELECT "order_id"
FROM "orders"
WHERE "total" >= 60 AND "total" <= 99.99
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "total" >= 60 AND "total" <= 99.99) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
