SELECT
  "status",
  max("order_date") AS "latest"
FROM "orders"
GROUP BY "status"
HAVING max("order_date") >= DATE '2026-09-01' AND max("order_date") < DATE '2026-10-01'
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- latest: date dimension from /select/0
