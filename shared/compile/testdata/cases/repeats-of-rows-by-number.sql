WITH "joined" AS (
  SELECT
    row_number() OVER (PARTITION BY "transfers"."transfer_id") = 1 AS "first",
    "transfers"."boxes" AS "boxes",
    "readings"."temp" AS "temp"
  FROM "transfers"
  JOIN "readings" ON "transfers"."boxes" = "readings"."anomaly"
)
SELECT
  sum("boxes") FILTER (WHERE "first") AS "sum_boxes",
  avg("temp") AS "avg_temp"
FROM "joined"
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "transfers") AS "rows_read", (SELECT count(*) FROM (SELECT DISTINCT "transfers"."transfer_id" FROM "transfers" JOIN "readings" ON "transfers"."boxes" = "readings"."anomaly") AS "kept") AS "rows_kept"

-- reads readings, transfers; at most 200 rows by default
-- sum_boxes: integer measure from /select/0
-- avg_temp: decimal measure °C from /select/1
