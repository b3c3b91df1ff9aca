WITH "grouped" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    CAST(sum("total") AS DOUBLE) / nullif(count(*), 0) AS "sum_total_per_count"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
)
SELECT
  "month",
  "sum_total_per_count" - lag("sum_total_per_count", 1) OVER (ORDER BY "month" ASC NULLS LAST) AS "change of mean"
FROM "grouped"
ORDER BY "month" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- month: date time month from /group_by/0
-- change of mean: decimal measure USD from /select/0
