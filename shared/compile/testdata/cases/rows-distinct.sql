SELECT DISTINCT
  "category",
  "product_id"
FROM "order_items"
ORDER BY
  "category" ASC NULLS LAST,
  "product_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- category: text dimension from /select/0
-- product_id: integer dimension from /select/1
