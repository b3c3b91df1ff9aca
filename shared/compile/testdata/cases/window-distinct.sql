WITH "picked" AS (
  SELECT
    "category",
    "price"
  FROM "order_items"
)
SELECT DISTINCT
  "category",
  rank() OVER (PARTITION BY "category" ORDER BY "price" DESC NULLS LAST) AS "r"
FROM "picked"
ORDER BY
  "category" ASC NULLS LAST,
  "r" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- category: text dimension from /select/0
-- r: integer measure from /select/1
