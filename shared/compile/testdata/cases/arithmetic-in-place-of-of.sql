SELECT max("price" + "discount") AS "max_price_plus_discount"
FROM "order_items"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- max_price_plus_discount: decimal measure from /select/0
