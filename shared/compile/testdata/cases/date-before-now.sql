SELECT count(*) AS "count"
FROM "readings"
WHERE "ts" < TIMESTAMP '2026-09-30 15:04:05'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "ts" < TIMESTAMP '2026-09-30 15:04:05') AS "rows_kept"

-- reads readings; at most 200 rows by default
-- count: integer measure from /select/0
