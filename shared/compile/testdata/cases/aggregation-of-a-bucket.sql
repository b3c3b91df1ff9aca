SELECT count(DISTINCT CAST(date_trunc('month', "order_date") AS DATE)) AS "count_distinct_order_month"
FROM "orders"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- count_distinct_order_month: integer measure from /select/0
