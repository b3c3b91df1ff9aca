SELECT
  "x.y",
  round(floor(round(CAST("x.y" AS DOUBLE) / 0.1, 9)) * 0.1, 1) AS "x.y_bin"
FROM "odd names"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "odd names"

-- reads odd names; at most 200 rows by default
-- x.y: decimal measure from /select/0
-- x.y_bin: decimal dimension from /select/1
