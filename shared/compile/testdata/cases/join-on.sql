SELECT
  "products"."name" AS "name",
  sum("order_items"."quantity") AS "sum_quantity"
FROM "order_items"
JOIN "products" ON "order_items"."product_id" = "products"."product_id"
GROUP BY "products"."name"
ORDER BY "name" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "order_items") AS "rows_read", (SELECT count(*) FROM "order_items" JOIN "products" ON "order_items"."product_id" = "products"."product_id") AS "rows_kept"

-- reads order_items, products; at most 200 rows by default
-- name: text dimension from /select/0
-- sum_quantity: integer measure from /select/1
