WITH "spend" AS (
  SELECT
    "customer_id",
    sum("total") AS "spent"
  FROM "orders"
  GROUP BY "customer_id"
)
SELECT
  "customers"."name" AS "name",
  "spend"."spent" AS "spent"
FROM "customers"
LEFT JOIN "spend" ON "customers"."customer_id" = "spend"."customer_id"
ORDER BY
  "spent" DESC NULLS LAST,
  "name" ASC NULLS LAST
LIMIT 200

-- reads customers, orders; at most 200 rows by default; ordered
-- name: text dimension from /select/0
-- spent: decimal measure USD from /select/1
