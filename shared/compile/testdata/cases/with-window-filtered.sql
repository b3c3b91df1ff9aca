WITH "ranked_picked" AS (
  SELECT
    "name",
    "category",
    "stock"
  FROM "products"
),
"ranked" AS (
  SELECT
    "name",
    "category",
    rank() OVER (PARTITION BY "category" ORDER BY "stock" DESC NULLS LAST) AS "place"
  FROM "ranked_picked"
)
SELECT
  "category",
  "name"
FROM "ranked"
WHERE "place" = 1
ORDER BY
  "category" ASC NULLS LAST,
  "name" ASC NULLS LAST
LIMIT 200

-- reads products; at most 200 rows by default
-- category: text dimension from /select/0
-- name: text dimension from /select/1
