SELECT
  "order_id",
  TRY_CAST(replace(replace(regexp_extract("zip", '[-−]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[-−]?\.[0-9]+'), ',', ''), '−', '-') AS DOUBLE) AS "zip_number",
  "total" AS "total_number"
FROM "orders"
WHERE TRY_CAST(replace(replace(regexp_extract("zip", '[-−]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[-−]?\.[0-9]+'), ',', ''), '−', '-') AS DOUBLE) >= 150
ORDER BY
  "zip_number" DESC NULLS LAST,
  "order_id" ASC NULLS LAST
LIMIT 5

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE TRY_CAST(replace(replace(regexp_extract("zip", '[-−]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[-−]?\.[0-9]+'), ',', ''), '−', '-') AS DOUBLE) >= 150) AS "rows_kept"

-- reads orders; at most 5 rows; ordered
-- order_id: integer dimension from /select/0
-- zip_number: decimal measure from /select/1
-- total_number: decimal measure USD from /select/2
