SELECT
  "order_items"."category" AS "category",
  sum("orders"."total") AS "sum_total",
  sum("products"."weight") AS "sum_weight",
  count("orders"."order_id") AS "n",
  sum(CAST("order_items"."quantity" AS BIGINT) * "products"."weight") AS "sent",
  avg("orders"."total") AS "avg_total"
FROM "order_items"
JOIN "orders" ON "order_items"."order_id" = "orders"."order_id"
JOIN "products" ON "order_items"."product_id" = "products"."product_id"
GROUP BY "order_items"."category"
ORDER BY "category" ASC NULLS LAST
LIMIT 2

-- counts
SELECT (SELECT count(*) FROM "order_items") AS "rows_read", (SELECT count(*) FROM "order_items" JOIN "orders" ON "order_items"."order_id" = "orders"."order_id" JOIN "products" ON "order_items"."product_id" = "products"."product_id") AS "rows_kept"

-- reads order_items, orders, products; at most 2 rows
-- category: text dimension from /group_by/0
-- sum_total: decimal measure USD from /select/0
-- sum_weight: decimal measure kg from /select/1
-- n: integer measure from /select/2
-- sent: decimal measure kg from /select/3
-- avg_total: decimal measure USD from /select/4
-- warning: sum_total goes by the rows of order_items: a row of orders counts once for each of them.
-- warning: sum_weight goes by the rows of order_items: a row of products counts once for each of them.
-- warning: count_order_id goes by the rows of order_items: a row of orders counts once for each of them.
