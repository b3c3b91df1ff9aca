WITH "ranked" AS (
  SELECT
    "order_id",
    "status",
    "total",
    row_number() OVER (PARTITION BY "status" ORDER BY "total" DESC NULLS LAST, "order_id" ASC NULLS LAST) AS "place"
  FROM "orders"
  WHERE "total" IS NOT NULL
)
SELECT "order_id"
FROM "ranked"
WHERE "place" <= 1
ORDER BY
  "status" ASC NULLS LAST,
  "total" DESC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "total" IS NOT NULL) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
