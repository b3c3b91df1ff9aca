SELECT
  count(*) AS "orders",
  "status" AS "state"
FROM "orders"
GROUP BY "status"
ORDER BY "state" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- orders: integer measure from /select/0
-- state: text dimension from /select/1
