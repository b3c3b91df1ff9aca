SELECT "order_id"
FROM "orders"
WHERE "order_date" = DATE '2026-09-30'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_date" = DATE '2026-09-30') AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
