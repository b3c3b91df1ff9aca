SELECT
  min("order_date") AS "min_order_date",
  max("shipped_at") AS "max_shipped_at",
  max("status") AS "max_status"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- min_order_date: date dimension from /select/0
-- max_shipped_at: timestamp dimension from /select/1
-- max_status: text dimension from /select/2
