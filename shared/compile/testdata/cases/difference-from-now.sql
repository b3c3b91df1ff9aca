SELECT
  "name",
  ((date_part('year', TIMESTAMP '2026-09-30 00:00:00') * 12 + date_part('month', TIMESTAMP '2026-09-30 00:00:00') + (date_part('day', TIMESTAMP '2026-09-30 00:00:00') + date_diff('microsecond', date_trunc('day', TIMESTAMP '2026-09-30 00:00:00'), CAST(TIMESTAMP '2026-09-30 00:00:00' AS TIMESTAMP)) / 8.64e10) / 31) - (date_part('year', "signup_date") * 12 + date_part('month', "signup_date") + (date_part('day', "signup_date") + date_diff('microsecond', date_trunc('day', "signup_date"), CAST("signup_date" AS TIMESTAMP)) / 8.64e10) / 31)) / 12 AS "age"
FROM "customers"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "customers"

-- reads customers; at most 200 rows by default
-- name: text dimension from /select/0
-- age: decimal measure years from /select/1
