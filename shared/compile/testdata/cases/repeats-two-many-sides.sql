WITH "joined" AS (
  SELECT
    "orders"."status" AS "status",
    row_number() OVER (PARTITION BY "orders"."status", "orders"."order_id", "payments"."payment_id") = 1 AS "first",
    "payments"."amount" AS "amount",
    row_number() OVER (PARTITION BY "orders"."status", "orders"."order_id", "order_items"."item_id") = 1 AS "first_2",
    "order_items"."quantity" AS "quantity",
    row_number() OVER (PARTITION BY "orders"."status", "orders"."order_id") = 1 AS "first_3",
    "orders"."total" AS "total"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
  JOIN "payments" ON "orders"."order_id" = "payments"."order_id"
)
SELECT
  "status",
  sum("amount") FILTER (WHERE "first") AS "paid",
  sum("quantity") FILTER (WHERE "first_2") AS "pieces",
  sum("total") FILTER (WHERE "first_3") AS "billed"
FROM "joined"
GROUP BY "status"
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id" JOIN "payments" ON "orders"."order_id" = "payments"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders, payments; at most 200 rows by default
-- status: text dimension from /group_by/0
-- paid: decimal measure USD from /select/0
-- pieces: integer measure from /select/1
-- billed: decimal measure USD from /select/2
