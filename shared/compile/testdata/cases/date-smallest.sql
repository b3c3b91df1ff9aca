SELECT "order_id"
FROM "orders"
WHERE "order_date" = (SELECT min("order_date") FROM "orders")
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_date" = (SELECT min("order_date") FROM "orders")) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
