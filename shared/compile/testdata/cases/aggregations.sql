SELECT
  sum("total") AS "sum_total",
  avg("total") AS "avg_total",
  min("total") AS "min_total",
  max("total") AS "max_total",
  median(CAST("total" AS DOUBLE)) AS "median_total",
  stddev_samp("total") AS "stddev_total",
  quantile_cont(CAST("total" AS DOUBLE), 0.9) AS "p90_total",
  quantile_cont(CAST("total" AS DOUBLE), 0.125) AS "p12_5_total"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- sum_total: decimal measure USD from /select/0
-- avg_total: decimal measure USD from /select/1
-- min_total: decimal measure USD from /select/2
-- max_total: decimal measure USD from /select/3
-- median_total: decimal measure USD from /select/4
-- stddev_total: decimal measure USD from /select/5
-- p90_total: decimal measure USD from /select/6
-- p12_5_total: decimal measure USD from /select/7
