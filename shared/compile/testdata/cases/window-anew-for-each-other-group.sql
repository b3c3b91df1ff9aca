WITH "grouped" AS (
  SELECT
    "status",
    CAST(date_trunc('quarter', "order_date") AS DATE) AS "order_quarter",
    count(*) AS "n"
  FROM "orders"
  GROUP BY
    "status",
    CAST(date_trunc('quarter', "order_date") AS DATE)
)
SELECT
  "status",
  "order_quarter",
  "n",
  sum("n") OVER (PARTITION BY "status" ORDER BY "order_quarter" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "so_far"
FROM "grouped"
ORDER BY
  "status" ASC NULLS LAST,
  "order_quarter" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- order_quarter: date time quarter from /group_by/1
-- n: integer measure from /select/0
-- so_far: integer measure from /select/1
