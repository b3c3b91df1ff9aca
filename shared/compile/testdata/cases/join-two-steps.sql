SELECT
  "customers"."city" AS "city",
  "order_items"."category" AS "category",
  sum("order_items"."quantity") AS "sum_quantity"
FROM "order_items"
JOIN "orders" ON "order_items"."order_id" = "orders"."order_id"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
GROUP BY
  "customers"."city",
  "order_items"."category"
ORDER BY
  "city" ASC NULLS LAST,
  "category" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "order_items") AS "rows_read", (SELECT count(*) FROM "order_items" JOIN "orders" ON "order_items"."order_id" = "orders"."order_id" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, order_items, orders; at most 200 rows by default
-- city: text dimension from /group_by/0
-- category: text dimension from /group_by/1
-- sum_quantity: integer measure from /select/0
