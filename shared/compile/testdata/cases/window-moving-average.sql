WITH "grouped" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    sum("total") AS "sum_total"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
)
SELECT
  "month",
  avg("sum_total") OVER (ORDER BY "month" ASC NULLS LAST ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS "smooth"
FROM "grouped"
ORDER BY "month" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- month: date time month from /group_by/0
-- smooth: decimal measure USD from /select/0
