SELECT
  date_trunc('minute', "ts") AS "minute",
  date_trunc('hour', "ts") AS "hour",
  CAST(date_trunc('day', "ts") AS DATE) AS "day",
  CAST(date_trunc('week', "ts") AS DATE) AS "week",
  CAST(date_trunc('month', "ts") AS DATE) AS "month",
  CAST(date_trunc('quarter', "ts") AS DATE) AS "quarter",
  CAST(date_trunc('year', "ts") AS DATE) AS "year",
  count(*) AS "count"
FROM "readings"
GROUP BY
  date_trunc('minute', "ts"),
  date_trunc('hour', "ts"),
  CAST(date_trunc('day', "ts") AS DATE),
  CAST(date_trunc('week', "ts") AS DATE),
  CAST(date_trunc('month', "ts") AS DATE),
  CAST(date_trunc('quarter', "ts") AS DATE),
  CAST(date_trunc('year', "ts") AS DATE)
ORDER BY
  "minute" ASC NULLS LAST,
  "hour" ASC NULLS LAST,
  "day" ASC NULLS LAST,
  "week" ASC NULLS LAST,
  "month" ASC NULLS LAST,
  "quarter" ASC NULLS LAST,
  "year" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "readings"

-- reads readings; at most 200 rows by default
-- minute: timestamp time minute from /group_by/0
-- hour: timestamp time hour from /group_by/1
-- day: date time day from /group_by/2
-- week: date time week from /group_by/3
-- month: date time month from /group_by/4
-- quarter: date time quarter from /group_by/5
-- year: date time year from /group_by/6
-- count: integer measure from /select/0
