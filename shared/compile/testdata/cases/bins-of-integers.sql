SELECT
  CAST(floor("stock" / 100) * 100 AS BIGINT) AS "stock_bin",
  count(*) AS "count"
FROM "products"
GROUP BY CAST(floor("stock" / 100) * 100 AS BIGINT)
ORDER BY "stock_bin" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "products"

-- reads products; at most 200 rows by default
-- stock_bin: integer dimension pieces from /group_by/0
-- count: integer measure from /select/0
