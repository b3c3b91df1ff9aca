SELECT
  "customers"."name" AS "name",
  "referrers"."name" AS "referred_by"
FROM "customers"
LEFT JOIN "customers" AS "referrers" ON "customers"."referrer_id" = "referrers"."customer_id"
ORDER BY
  "name" ASC NULLS LAST,
  "referred_by" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM "customers" LEFT JOIN "customers" AS "referrers" ON "customers"."referrer_id" = "referrers"."customer_id") AS "rows_kept"

-- reads customers; at most 200 rows by default
-- name: text dimension from /select/0
-- referred_by: text dimension from /select/1
