SELECT "order_id"
FROM "orders"
WHERE ("status" = 'open' OR "status" = 'cancelled')
  AND "total" > 100 AND ("zip" = '0150' OR "zip" = 'T12')
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE ("status" = 'open' OR "status" = 'cancelled') AND "total" > 100 AND ("zip" = '0150' OR "zip" = 'T12')) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
