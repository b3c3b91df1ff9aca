SELECT "name"
FROM "customers"
WHERE contains(lower("name"), lower('O''NEIL')) OR starts_with(lower("name"), lower('bru')) OR ends_with(lower("name"), lower('WEI'))
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "customers") AS "rows_read", (SELECT count(*) FROM "customers" WHERE contains(lower("name"), lower('O''NEIL')) OR starts_with(lower("name"), lower('bru')) OR ends_with(lower("name"), lower('WEI'))) AS "rows_kept"

-- reads customers; at most 200 rows by default
-- name: text dimension from /select/0
