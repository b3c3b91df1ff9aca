SELECT
  "sensor_id",
  "ts"
FROM "readings"
WHERE "ts" > TIMESTAMP '2026-09-29 15:04:05' AND "ts" <= TIMESTAMP '2026-09-30 15:04:05'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "ts" > TIMESTAMP '2026-09-29 15:04:05' AND "ts" <= TIMESTAMP '2026-09-30 15:04:05') AS "rows_kept"

-- reads readings; at most 200 rows by default
-- sensor_id: text dimension from /select/0
-- ts: timestamp time from /select/1
