WITH "grouped" AS (
  SELECT
    "customer_id",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY "customer_id"
)
SELECT
  "customer_id",
  "revenue"
FROM "grouped"
ORDER BY
  rank() OVER (ORDER BY "revenue" DESC NULLS LAST) ASC NULLS LAST,
  "customer_id" ASC NULLS LAST
LIMIT 2

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 2 rows; ordered
-- customer_id: integer dimension from /group_by/0
-- revenue: decimal measure USD from /select/0
