WITH "joined" AS (
  SELECT
    CAST(date_trunc('quarter', "orders"."order_date") AS DATE) AS "order_quarter",
    row_number() OVER (PARTITION BY CAST(date_trunc('quarter', "orders"."order_date") AS DATE), "orders"."order_id", "order_items"."category" = 'kitchen') = 1 AS "first",
    "order_items"."category" = 'kitchen' AS "met",
    "orders"."total" AS "total",
    row_number() OVER (PARTITION BY CAST(date_trunc('quarter', "orders"."order_date") AS DATE), "orders"."order_id", "order_items"."category" = 'toys') = 1 AS "first_2",
    "order_items"."category" = 'toys' AS "met_2",
    row_number() OVER (PARTITION BY CAST(date_trunc('quarter', "orders"."order_date") AS DATE), "orders"."order_id") = 1 AS "first_3"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
)
SELECT
  "order_quarter",
  sum("total") FILTER (WHERE "met" AND "first") AS "with_kitchen",
  sum("total") FILTER (WHERE "met_2" AND "first_2") AS "with_toys",
  sum("total") FILTER (WHERE "first_3") AS "sum_total"
FROM "joined"
GROUP BY "order_quarter"
ORDER BY "order_quarter" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders; at most 200 rows by default
-- order_quarter: date time quarter from /group_by/0
-- with_kitchen: decimal measure USD from /select/0
-- with_toys: decimal measure USD from /select/1
-- sum_total: decimal measure USD from /select/2
