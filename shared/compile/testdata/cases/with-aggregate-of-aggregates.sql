WITH "monthly" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
)
SELECT
  avg("revenue") AS "avg_revenue",
  max("revenue") AS "max_revenue"
FROM "monthly"
LIMIT 200

-- reads orders; at most 200 rows by default
-- avg_revenue: decimal measure USD from /select/0
-- max_revenue: decimal measure USD from /select/1
