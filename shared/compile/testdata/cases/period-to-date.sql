SELECT sum("total") AS "sum_total"
FROM "orders"
WHERE "order_date" >= DATE '2026-07-01' AND "order_date" <= DATE '2026-09-30'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_date" >= DATE '2026-07-01' AND "order_date" <= DATE '2026-09-30') AS "rows_kept"

-- reads orders; at most 200 rows by default
-- sum_total: decimal measure USD from /select/0
