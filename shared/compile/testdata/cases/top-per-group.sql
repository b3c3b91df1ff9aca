WITH "ranked" AS (
  SELECT
    "category",
    "product_id",
    sum("quantity") AS "pieces",
    row_number() OVER (PARTITION BY "category" ORDER BY sum("quantity") DESC NULLS LAST, "product_id" ASC NULLS LAST) AS "place"
  FROM "order_items"
  GROUP BY
    "category",
    "product_id"
)
SELECT
  "category",
  "product_id",
  "pieces"
FROM "ranked"
WHERE "place" <= 1
ORDER BY
  "category" ASC NULLS LAST,
  "pieces" DESC NULLS LAST,
  "product_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "order_items"

-- reads order_items; at most 200 rows by default
-- category: text dimension from /group_by/0
-- product_id: integer dimension from /group_by/1
-- pieces: integer measure from /select/0
