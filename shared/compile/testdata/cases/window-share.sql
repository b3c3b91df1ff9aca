WITH "grouped" AS (
  SELECT
    "status",
    sum("total") AS "sum_total"
  FROM "orders"
  GROUP BY "status"
)
SELECT
  "status",
  CAST("sum_total" AS DOUBLE) / nullif(sum("sum_total") OVER (), 0) AS "share"
FROM "grouped"
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- share: decimal measure percent from /select/0
