SELECT
  "status",
  CAST(count(*) FILTER (WHERE "returned" = TRUE) AS DOUBLE) / nullif(count(*), 0) AS "return_rate",
  CAST(sum("total") FILTER (WHERE "status" = 'open') AS DOUBLE) / nullif(sum("total"), 0) AS "open_share"
FROM "orders"
GROUP BY "status"
ORDER BY "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- status: text dimension from /group_by/0
-- return_rate: decimal measure percent from /select/0
-- open_share: decimal measure percent from /select/1
