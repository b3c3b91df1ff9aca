SELECT
  "category",
  sum((CAST("quantity" AS BIGINT) * "price") * (1 - "discount")) AS "net"
FROM "order_items"
GROUP BY "category"
ORDER BY "category" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- category: text dimension from /group_by/0
-- net: decimal measure USD from /select/0
