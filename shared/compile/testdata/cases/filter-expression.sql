SELECT "order_id"
FROM "orders"
WHERE date_part('isodow', "order_date") IN (6, 7)
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE date_part('isodow', "order_date") IN (6, 7)) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
