SELECT
  "customers"."city" AS "city",
  sum("orders"."total") AS "revenue",
  count(*) AS "count"
FROM "orders"
JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id"
GROUP BY "customers"."city"
ORDER BY "city" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" JOIN "customers" ON "orders"."customer_id" = "customers"."customer_id") AS "rows_kept"

-- reads customers, orders; at most 200 rows by default
-- city: text dimension from /group_by/0
-- revenue: decimal measure USD from /select/0
-- count: integer measure from /select/1
