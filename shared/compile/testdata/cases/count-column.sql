SELECT
  count("shipped_at") AS "count_shipped_at",
  count(DISTINCT "customer_id") AS "count_distinct_customer_id"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- count_shipped_at: integer measure from /select/0
-- count_distinct_customer_id: integer measure from /select/1
