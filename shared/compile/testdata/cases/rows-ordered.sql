SELECT
  "sensor_id",
  "temp"
FROM "readings"
ORDER BY
  "temp" DESC NULLS LAST,
  "sensor_id" ASC NULLS LAST
LIMIT 3

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "readings"

-- reads readings; at most 3 rows; ordered
-- sensor_id: text dimension from /select/0
-- temp: decimal measure °C from /select/1
