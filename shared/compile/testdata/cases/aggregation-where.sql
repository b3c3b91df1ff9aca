SELECT
  "customer_id",
  count(*) AS "count",
  count(*) FILTER (WHERE "status" = 'shipped') AS "count_shipped",
  sum("total") FILTER (WHERE "returned" = TRUE) AS "sum_total_returned",
  avg("total") FILTER (WHERE "total" > 50 AND "zip" <> '0150') AS "avg_total_filtered"
FROM "orders"
GROUP BY "customer_id"
ORDER BY "customer_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- customer_id: integer dimension from /group_by/0
-- count: integer measure from /select/0
-- count_shipped: integer measure from /select/1
-- sum_total_returned: decimal measure USD from /select/2
-- avg_total_filtered: decimal measure USD from /select/3
