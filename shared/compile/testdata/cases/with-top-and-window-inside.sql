WITH "best_ranked" AS (
  SELECT
    "category",
    "product_id",
    sum("quantity") AS "pieces",
    row_number() OVER (PARTITION BY "category" ORDER BY sum("quantity") DESC NULLS LAST, "product_id" ASC NULLS LAST) AS "place"
  FROM "order_items"
  GROUP BY
    "category",
    "product_id"
),
"best" AS (
  SELECT
    "category",
    "product_id",
    "pieces"
  FROM "best_ranked"
  WHERE "place" <= 1
)
SELECT
  "best"."category" AS "category",
  "products"."name" AS "name",
  "best"."pieces" AS "pieces"
FROM "best"
JOIN "products" ON "best"."product_id" = "products"."product_id"
ORDER BY
  "category" ASC NULLS LAST,
  "name" ASC NULLS LAST,
  "pieces" ASC NULLS LAST
LIMIT 200

-- reads order_items, products; at most 200 rows by default
-- category: text dimension from /select/0
-- name: text dimension from /select/1
-- pieces: integer measure from /select/2
