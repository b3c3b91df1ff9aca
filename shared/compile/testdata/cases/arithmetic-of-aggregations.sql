SELECT
  max("total") - min("total") AS "max_total_minus_min_total",
  (sum("total") * 0.2) + 1 AS "sum_total_times_value_plus_value"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- max_total_minus_min_total: decimal measure USD from /select/0
-- sum_total_times_value_plus_value: decimal measure from /select/1
