SELECT
  "order_id",
  "status",
  rowid + 1 AS "position"
FROM "orders"
WHERE (rowid + 1) > (SELECT max(rowid + 1) FROM "orders" WHERE "order_id" = 102)
ORDER BY
  "position" ASC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 1

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE (rowid + 1) > (SELECT max(rowid + 1) FROM "orders" WHERE "order_id" = 102)) AS "rows_kept"

-- reads orders; at most 1 rows; ordered
-- order_id: integer dimension from /select/0
-- status: text dimension from /select/1
-- position: integer dimension from /select/2
