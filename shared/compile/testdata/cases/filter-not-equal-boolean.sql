SELECT count(*) AS "count"
FROM "orders"
WHERE "returned" <> TRUE
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "returned" <> TRUE) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- count: integer measure from /select/0
