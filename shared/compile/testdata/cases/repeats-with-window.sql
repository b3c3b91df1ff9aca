WITH "joined" AS (
  SELECT
    "order_items"."category" AS "category",
    row_number() OVER (PARTITION BY "order_items"."category", "orders"."order_id") = 1 AS "first",
    "orders"."total" AS "total"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
),
"grouped" AS (
  SELECT
    "category",
    sum("total") FILTER (WHERE "first") AS "revenue"
  FROM "joined"
  GROUP BY "category"
)
SELECT
  "category",
  "revenue",
  CAST("revenue" AS DOUBLE) / nullif(sum("revenue") OVER (), 0) AS "share"
FROM "grouped"
ORDER BY "category" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders; at most 200 rows by default
-- category: text dimension from /group_by/0
-- revenue: decimal measure USD from /select/0
-- share: decimal measure percent from /select/1
