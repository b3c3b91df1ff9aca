SELECT avg(date_diff('microsecond', CAST("order_date" AS TIMESTAMP), CAST("shipped_at" AS TIMESTAMP)) / 8.64e10) AS "avg_order_date_to_shipped_at_days"
FROM "orders"
WHERE "order_id" IN (101, 102)
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_id" IN (101, 102)) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- avg_order_date_to_shipped_at_days: decimal measure days from /select/0
