SELECT
  "status",
  sum("total") AS "revenue",
  count(*) AS "n",
  CAST(sum("total") AS DOUBLE) / nullif(count(*), 0) AS "per_order"
FROM "orders"
GROUP BY "status"
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- revenue: decimal measure USD from /select/0
-- n: integer measure from /select/1
-- per_order: decimal measure USD from /select/2
