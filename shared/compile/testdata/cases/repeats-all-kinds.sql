WITH "joined" AS (
  SELECT
    row_number() OVER (PARTITION BY "orders"."order_id") = 1 AS "first",
    "orders"."total" AS "total"
  FROM "orders"
  JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id"
)
SELECT
  sum("total") FILTER (WHERE "first") AS "sum_total",
  avg("total") FILTER (WHERE "first") AS "avg_total",
  count("total") FILTER (WHERE "first") AS "count_total",
  median(CAST("total" AS DOUBLE)) FILTER (WHERE "first") AS "median_total",
  stddev_samp("total") FILTER (WHERE "first") AS "stddev_total",
  min("total") AS "min_total",
  max("total") AS "max_total",
  count(DISTINCT "total") AS "count_distinct_total",
  quantile_cont(CAST("total" AS DOUBLE), 0.25) FILTER (WHERE "first") AS "p25_total"
FROM "joined"
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "orders"."order_id" FROM "orders" JOIN "order_items" ON "orders"."order_id" = "order_items"."order_id") AS "kept") AS "rows_kept"

-- reads order_items, orders; at most 200 rows by default
-- sum_total: decimal measure USD from /select/0
-- avg_total: decimal measure USD from /select/1
-- count_total: integer measure from /select/2
-- median_total: decimal measure USD from /select/3
-- stddev_total: decimal measure USD from /select/4
-- min_total: decimal measure USD from /select/5
-- max_total: decimal measure USD from /select/6
-- count_distinct_total: integer measure from /select/7
-- p25_total: decimal measure USD from /select/8
