SELECT
  "order_id",
  1 AS "one",
  'it''s' AS "value",
  TRUE AS "value_2"
FROM "orders"
LIMIT 2

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 2 rows
-- order_id: integer dimension from /select/0
-- one: integer measure from /select/1
-- value: text dimension from /select/2
-- value_2: boolean dimension from /select/3
