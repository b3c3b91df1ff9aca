WITH "joined" AS (
  SELECT
    "order_items"."category" AS "category",
    row_number() OVER (PARTITION BY "order_items"."category", "orders"."order_id") = 1 AS "first",
    "orders"."total" AS "total"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
)
SELECT "category"
FROM "joined"
GROUP BY "category"
HAVING sum("total") FILTER (WHERE "first") > 660
ORDER BY
  avg("total") FILTER (WHERE "first") DESC NULLS LAST,
  "category" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders; at most 200 rows by default; ordered
-- category: text dimension from /group_by/0
