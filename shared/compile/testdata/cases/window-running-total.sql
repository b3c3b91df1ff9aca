WITH "grouped" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
)
SELECT
  "month",
  "revenue",
  sum("revenue") OVER (ORDER BY "month" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "running_total_sum_total"
FROM "grouped"
ORDER BY "month" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- month: date time month from /group_by/0
-- revenue: decimal measure USD from /select/0
-- running_total_sum_total: decimal measure USD from /select/1
