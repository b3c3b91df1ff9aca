WITH "monthly" AS (
  SELECT
    CAST(date_trunc('month', "order_date") AS DATE) AS "month",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY CAST(date_trunc('month', "order_date") AS DATE)
)
SELECT
  "month",
  "revenue"
FROM "monthly"
WHERE "revenue" > (SELECT avg("revenue") FROM "monthly")
ORDER BY
  "month" ASC NULLS LAST,
  "revenue" ASC NULLS LAST
LIMIT 200

-- reads orders; at most 200 rows by default
-- month: date time from /select/0
-- revenue: decimal measure USD from /select/1
