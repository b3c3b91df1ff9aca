SELECT count(*) AS "count"
FROM "orders"
WHERE "order_date" >= DATE '2025-01-01'
  AND "status" = 'open'
  AND "order_date" < DATE '2026-01-01'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_date" >= DATE '2025-01-01' AND "status" = 'open' AND "order_date" < DATE '2026-01-01') AS "rows_kept"

-- reads orders; at most 200 rows by default
-- count: integer measure from /select/0
