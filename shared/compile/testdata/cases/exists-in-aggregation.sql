SELECT
  count(*) FILTER (WHERE EXISTS (SELECT 1 FROM "payments" WHERE "orders"."order_id" = "payments"."order_id")) AS "paid",
  count(*) AS "count"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders, payments; at most 200 rows by default
-- paid: integer measure from /select/0
-- count: integer measure from /select/1
