WITH "monthly" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
),
"best" AS (
  SELECT
    "month",
    "revenue"
  FROM "monthly"
  ORDER BY
    "revenue" DESC NULLS LAST,
    "month" ASC NULLS LAST
  LIMIT 2
)
SELECT sum("revenue") AS "sum_revenue"
FROM "best"
LIMIT 200

-- reads orders; at most 200 rows by default
-- sum_revenue: decimal measure USD from /select/0
