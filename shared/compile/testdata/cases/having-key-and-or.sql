SELECT
  "status",
  count(*) AS "count"
FROM "orders"
GROUP BY "status"
HAVING starts_with(lower("status"), lower('CANC')) OR count(*) > 8
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- count: integer measure from /select/0
