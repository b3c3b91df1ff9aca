SELECT count(*) AS "n"
FROM "orders"
HAVING count(*) > 100
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- n: integer measure from /select/0
