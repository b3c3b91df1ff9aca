SELECT "order_id"
FROM "orders"
WHERE ("status" = 'shipped' AND "total" < 50) OR NOT ("status" = 'shipped' OR "status" = 'open')
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE ("status" = 'shipped' AND "total" < 50) OR NOT ("status" = 'shipped' OR "status" = 'open')) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
