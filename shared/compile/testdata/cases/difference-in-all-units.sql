SELECT
  "order_id",
  date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 1e6 AS "seconds",
  date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 6e7 AS "minutes",
  date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 3.6e9 AS "hours",
  date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 8.64e10 AS "days",
  date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 6.048e11 AS "weeks",
  (date_part('year', "shipped_at") * 12 + date_part('month', "shipped_at") + (date_part('day', "shipped_at") + date_diff('microsecond', date_trunc('day', "shipped_at"), CAST("shipped_at" AS TIMESTAMP)) / 8.64e10) / 31) - (date_part('year', "order_date") * 12 + date_part('month', "order_date") + (date_part('day', "order_date") + date_diff('microsecond', date_trunc('day', "order_date"), CAST("order_date" AS TIMESTAMP)) / 8.64e10) / 31) AS "months",
  ((date_part('year', "shipped_at") * 12 + date_part('month', "shipped_at") + (date_part('day', "shipped_at") + date_diff('microsecond', date_trunc('day', "shipped_at"), CAST("shipped_at" AS TIMESTAMP)) / 8.64e10) / 31) - (date_part('year', "order_date") * 12 + date_part('month', "order_date") + (date_part('day', "order_date") + date_diff('microsecond', date_trunc('day', "order_date"), CAST("order_date" AS TIMESTAMP)) / 8.64e10) / 31)) / 12 AS "years"
FROM "orders"
WHERE "order_id" IN (101, 107, 109)
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_id" IN (101, 107, 109)) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
-- seconds: decimal measure seconds from /select/1
-- minutes: decimal measure minutes from /select/2
-- hours: decimal measure hours from /select/3
-- days: decimal measure days from /select/4
-- weeks: decimal measure weeks from /select/5
-- months: decimal measure months from /select/6
-- years: decimal measure years from /select/7
