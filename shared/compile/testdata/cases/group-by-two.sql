SELECT
  "status",
  "zip",
  count(*) AS "count"
FROM "orders"
GROUP BY
  "status",
  "zip"
ORDER BY
  "count" DESC NULLS LAST,
  "status" ASC NULLS LAST,
  "zip" ASC NULLS LAST
LIMIT 3

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 3 rows; ordered
-- status: text dimension from /group_by/0
-- zip: text dimension from /group_by/1
-- count: integer measure from /select/0
