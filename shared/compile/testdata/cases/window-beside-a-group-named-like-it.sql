WITH "grouped" AS (
  SELECT
    CAST(date_trunc('quarter', "orders"."order_date") AS DATE) AS "q",
    count(*) AS "n"
  FROM "orders"
  GROUP BY CAST(date_trunc('quarter', "orders"."order_date") AS DATE)
  HAVING CAST(date_trunc('quarter', "orders"."order_date") AS DATE) >= DATE '2026-04-01'
)
SELECT
  "q",
  "n",
  rank() OVER (ORDER BY "n" DESC NULLS LAST) AS "status"
FROM "grouped"
ORDER BY
  "status" ASC NULLS LAST,
  "q" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- q: date time quarter from /select/0
-- n: integer measure from /select/1
-- status: integer measure from /select/2
