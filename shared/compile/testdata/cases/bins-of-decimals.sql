SELECT
  floor("readings"."temp" / 5) * 5 AS "temp",
  count(*) AS "count"
FROM "readings"
GROUP BY floor("readings"."temp" / 5) * 5
ORDER BY "temp" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "readings"

-- reads readings; at most 200 rows by default
-- temp: decimal dimension °C from /group_by/0
-- count: integer measure from /select/0
