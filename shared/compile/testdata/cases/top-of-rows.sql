WITH "ranked" AS (
  SELECT
    "customer_id",
    "order_id",
    "total",
    row_number() OVER (PARTITION BY "customer_id" ORDER BY "total" DESC NULLS LAST, "order_id" ASC NULLS LAST) AS "place"
  FROM "orders"
)
SELECT
  "customer_id",
  "order_id",
  "total"
FROM "ranked"
WHERE "place" <= 2
ORDER BY
  "customer_id" ASC NULLS LAST,
  "total" DESC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- customer_id: integer dimension from /select/0
-- order_id: integer dimension from /select/1
-- total: decimal measure USD from /select/2
