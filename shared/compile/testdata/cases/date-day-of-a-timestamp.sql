SELECT count(*) AS "count"
FROM "readings"
WHERE "ts" >= TIMESTAMP '2026-09-30 00:00:00' AND "ts" < TIMESTAMP '2026-10-01 00:00:00'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "ts" >= TIMESTAMP '2026-09-30 00:00:00' AND "ts" < TIMESTAMP '2026-10-01 00:00:00') AS "rows_kept"

-- reads readings; at most 200 rows by default
-- count: integer measure from /select/0
