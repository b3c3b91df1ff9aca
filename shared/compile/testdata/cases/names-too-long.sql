SELECT CAST(sum(CAST("quantity" AS BIGINT) * "price") AS DOUBLE) / nullif(count(DISTINCT "product_id"), 0) AS "sum_quantity_times_price_per_count_distinct_product_id"
FROM "order_items"
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- sum_quantity_times_price_per_count_distinct_product_id: decimal measure USD from /select/0
