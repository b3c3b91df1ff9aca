SELECT
  "customer_id",
  count(*) AS "n"
FROM "orders"
GROUP BY "customer_id"
HAVING count(*) >= 3
ORDER BY "customer_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- customer_id: integer dimension from /group_by/0
-- n: integer measure from /select/0
