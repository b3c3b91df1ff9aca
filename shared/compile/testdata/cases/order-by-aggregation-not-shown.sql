SELECT "status"
FROM "orders"
GROUP BY "status"
ORDER BY
  count(*) DESC NULLS LAST,
  "status" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- status: text dimension from /group_by/0
