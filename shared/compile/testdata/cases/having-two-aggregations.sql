SELECT "customer_id"
FROM "orders"
GROUP BY "customer_id"
HAVING max("total") > (min("total") * 2)
ORDER BY "customer_id" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "orders"

-- reads orders; at most 200 rows by default
-- customer_id: integer dimension from /group_by/0
