SELECT DISTINCT "status"
FROM "orders"
ORDER BY "status" DESC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default; ordered
-- status: text dimension from /select/0
