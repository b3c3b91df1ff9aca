SELECT
  "humidity",
  "humidity" * 2 AS "double",
  count(*) AS "count"
FROM "readings"
WHERE "humidity" IS NOT NULL
GROUP BY "humidity"
ORDER BY "humidity" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "humidity" IS NOT NULL) AS "rows_kept"

-- reads readings; at most 200 rows by default
-- humidity: integer dimension from /group_by/0
-- double: integer measure from /select/0
-- count: integer measure from /select/1
