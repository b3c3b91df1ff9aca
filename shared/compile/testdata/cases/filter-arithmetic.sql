SELECT "item_id"
FROM "order_items"
WHERE (CAST("quantity" AS BIGINT) * "price") >= 100
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "order_items") AS "rows_read", (SELECT count(*) FROM "order_items" WHERE (CAST("quantity" AS BIGINT) * "price") >= 100) AS "rows_kept"

-- reads order_items; at most 200 rows by default
-- item_id: integer dimension from /select/0
