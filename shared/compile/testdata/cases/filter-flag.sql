SELECT count(*) AS "count"
FROM "readings"
WHERE "anomaly" = 1
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "anomaly" = 1) AS "rows_kept"

-- reads readings; at most 200 rows by default
-- count: integer measure from /select/0
