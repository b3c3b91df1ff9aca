WITH "picked" AS (
  SELECT
    "order_id",
    "total",
    "order_date"
  FROM "orders"
  WHERE "order_id" > 106
    AND "total" IS NOT NULL
)
SELECT
  "order_id",
  sum("total") OVER (ORDER BY "order_date" DESC NULLS LAST, "order_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "left_over"
FROM "picked"
ORDER BY
  "order_id" ASC NULLS LAST,
  "left_over" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_id" > 106 AND "total" IS NOT NULL) AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_id: integer dimension from /select/0
-- left_over: decimal measure USD from /select/1
