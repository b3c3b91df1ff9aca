SELECT "temp" - (-5) AS "temp_minus_value"
FROM "readings"
WHERE "temp" > (-5)
  AND ("temp" - (-1)) < 20
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "readings") AS "rows_read", (SELECT count(*) FROM "readings" WHERE "temp" > (-5) AND ("temp" - (-1)) < 20) AS "rows_kept"

-- reads readings; at most 200 rows by default
-- temp_minus_value: decimal measure from /select/0
