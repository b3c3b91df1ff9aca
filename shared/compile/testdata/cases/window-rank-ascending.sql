WITH "picked" AS (
  SELECT
    "name",
    "weight",
    "category"
  FROM "products"
)
SELECT
  "name",
  rank() OVER (PARTITION BY "category" ORDER BY "weight" ASC NULLS LAST) AS "lightest"
FROM "picked"
ORDER BY
  "name" ASC NULLS LAST,
  "lightest" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "products"

-- reads products; at most 200 rows by default
-- name: text dimension from /select/0
-- lightest: integer measure from /select/1
