SELECT
  sum(CAST("returned" AS INTEGER)) AS "sum_returned",
  avg(CAST("returned" AS INTEGER)) AS "avg_returned",
  max("returned") AS "max_returned"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- sum_returned: integer measure from /select/0
-- avg_returned: decimal measure percent from /select/1
-- max_returned: boolean dimension from /select/2
