SELECT
  "segment",
  "city"
FROM "customers"
GROUP BY
  "segment",
  "city"
ORDER BY
  "segment" ASC NULLS LAST,
  "city" ASC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "customers"

-- reads customers; at most 200 rows by default
-- segment: text dimension from /group_by/0
-- city: text dimension from /group_by/1
