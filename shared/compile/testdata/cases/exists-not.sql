SELECT "products"."name" AS "name"
FROM "products"
WHERE NOT (EXISTS (SELECT 1 FROM "order_items" WHERE "products"."product_id" = "order_items"."product_id"))
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "products") AS "rows_read", (SELECT count(*) FROM "products" WHERE NOT (EXISTS (SELECT 1 FROM "order_items" WHERE "products"."product_id" = "order_items"."product_id"))) AS "rows_kept"

-- reads order_items, products; at most 200 rows by default
-- name: text dimension from /select/0
