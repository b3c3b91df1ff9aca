SELECT
  count(*) AS "count",
  sum("orders"."total") AS "sum_total",
  count(DISTINCT "orders"."zip") AS "count_distinct_zip",
  quantile_cont(CAST("orders"."total" AS DOUBLE), 0.995) AS "p99_5_total",
  CAST(date_trunc('year', "orders"."order_date") AS DATE) AS "order_year",
  date_part('month', "orders"."order_date") AS "order_month_of_year",
  floor("orders"."total" / 50) * 50 AS "total_bin",
  CAST(sum("orders"."total") AS DOUBLE) / nullif(count(*), 0) AS "sum_total_per_count",
  count(*) FILTER (WHERE "orders"."status" = 'Not Yet!') AS "count_not_yet",
  count(*) FILTER (WHERE "orders"."returned" = FALSE) AS "count_not_returned",
  count(*) FILTER (WHERE "orders"."total" > 5) AS "count_filtered"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
GROUP BY
  CAST(date_trunc('year', "orders"."order_date") AS DATE),
  date_part('month', "orders"."order_date"),
  floor("orders"."total" / 50) * 50
ORDER BY
  "order_year" ASC NULLS LAST,
  "order_month_of_year" ASC NULLS LAST,
  "total_bin" ASC NULLS LAST
LIMIT 1

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, orders; at most 1 rows
-- count: integer measure from /select/0
-- sum_total: decimal measure USD from /select/1
-- count_distinct_zip: integer measure from /select/2
-- p99_5_total: decimal measure USD from /select/3
-- order_year: date time year from /select/4
-- order_month_of_year: integer dimension from /select/5
-- total_bin: decimal dimension USD from /select/6
-- sum_total_per_count: decimal measure USD from /select/7
-- count_not_yet: integer measure from /select/8
-- count_not_returned: integer measure from /select/9
-- count_filtered: integer measure from /select/10
