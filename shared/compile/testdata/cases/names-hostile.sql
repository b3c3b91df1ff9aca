SELECT
  "a ""quoted"" one",
  CAST(date_trunc('month', "日付") AS DATE) AS """; DROP TABLE orders; --",
  "x.y" AS "it's",
  "select"
FROM "odd names"
WHERE "select" IN ('left', '''; DROP TABLE orders; --', 'it''s')
ORDER BY
  "it's" DESC NULLS LAST,
  "a ""quoted"" one" ASC NULLS LAST,
  """; DROP TABLE orders; --" ASC NULLS LAST,
  "select" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "odd names") AS "rows_read", (SELECT count(*) FROM "odd names" WHERE "select" IN ('left', '''; DROP TABLE orders; --', 'it''s')) AS "rows_kept"

-- reads odd names; at most 200 rows by default; ordered
-- a "quoted" one: integer measure from /select/0
-- "; DROP TABLE orders; --: date time month from /select/1
-- it's: decimal measure from /select/2
-- select: text dimension from /select/3
