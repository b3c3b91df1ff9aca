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
  lag("revenue", 1) OVER (ORDER BY "month" ASC NULLS LAST) AS "before",
  "revenue" - lag("revenue", 1) OVER (ORDER BY "month" ASC NULLS LAST) AS "change",
  CAST("revenue" - lag("revenue", 1) OVER (ORDER BY "month" ASC NULLS LAST) AS DOUBLE) / nullif(lag("revenue", 1) OVER (ORDER BY "month" ASC NULLS LAST), 0) AS "growth",
  lag("revenue", 2) OVER (ORDER BY "month" ASC NULLS LAST) AS "before_that"
FROM "grouped"
ORDER BY "month" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- month: date time month from /group_by/0
-- revenue: decimal measure USD from /select/0
-- before: decimal measure USD from /select/1
-- change: decimal measure USD from /select/2
-- growth: decimal measure percent from /select/3
-- before_that: decimal measure USD from /select/4
