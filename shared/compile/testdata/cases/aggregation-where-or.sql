SELECT count(*) FILTER (WHERE "status" = 'open' OR "total" >= 200) AS "big or open"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- big or open: integer measure from /select/0
