SELECT
  "sensor_id",
  "ts"
FROM "readings"
WHERE "temp" > (CAST("humidity" AS DOUBLE) / nullif(2, 0))
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "temp" > (CAST("humidity" AS DOUBLE) / nullif(2, 0))) AS "rows_kept"

-- reads readings; at most 200 rows by default
-- sensor_id: text dimension from /select/0
-- ts: timestamp time from /select/1
