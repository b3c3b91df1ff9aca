WITH "grouped" AS (
  SELECT
    "status",
    sum("total") AS "revenue"
  FROM "orders"
  GROUP BY "status"
)
SELECT
  "status",
  (CAST("revenue" AS DOUBLE) / nullif(sum("revenue") OVER (), 0)) * 100 AS "percent",
  "revenue"
FROM "grouped"
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- percent: decimal measure from /select/0
-- revenue: decimal measure USD from /select/1
