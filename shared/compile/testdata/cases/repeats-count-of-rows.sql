WITH "joined" AS (
  SELECT
    row_number() OVER (PARTITION BY "orders"."order_id") = 1 AS "first",
    "orders"."order_id" AS "order_id"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
)
SELECT
  count(*) AS "count",
  count("order_id") FILTER (WHERE "first") AS "orders",
  count(DISTINCT "order_id") AS "distinct_orders"
FROM "joined"
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders; at most 200 rows by default
-- count: integer measure from /select/0
-- orders: integer measure from /select/1
-- distinct_orders: integer measure from /select/2
-- warning: The count is one of joined rows: a row of orders counts once for each of its rows in order_items.
