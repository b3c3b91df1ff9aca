SELECT "order_id"
FROM "orders"
WHERE "shipped_at" IS NULL
  AND "total" IS NOT NULL
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "shipped_at" IS NULL AND "total" IS NOT NULL) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
