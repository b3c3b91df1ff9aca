SELECT
  date_part('isodow', "order_date") AS "order_day_of_week",
  date_part('day', "order_date") AS "order_day_of_month",
  date_part('week', "order_date") AS "order_week_of_year",
  date_part('month', "order_date") AS "order_month_of_year",
  date_part('quarter', "order_date") AS "order_quarter_of_year",
  date_part('year', "order_date") AS "order_year",
  count(*) AS "count"
FROM "orders"
WHERE "order_date" < DATE '2026-03-01'
GROUP BY
  date_part('isodow', "order_date"),
  date_part('day', "order_date"),
  date_part('week', "order_date"),
  date_part('month', "order_date"),
  date_part('quarter', "order_date"),
  date_part('year', "order_date")
ORDER BY
  "order_day_of_week" ASC NULLS LAST,
  "order_day_of_month" ASC NULLS LAST,
  "order_week_of_year" ASC NULLS LAST,
  "order_month_of_year" ASC NULLS LAST,
  "order_quarter_of_year" ASC NULLS LAST,
  "order_year" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "orders") AS "rows_read", (SELECT count(*) FROM "orders" WHERE "order_date" < DATE '2026-03-01') AS "rows_kept"

-- reads orders; at most 200 rows by default
-- order_day_of_week: integer dimension from /group_by/0
-- order_day_of_month: integer dimension from /group_by/1
-- order_week_of_year: integer dimension from /group_by/2
-- order_month_of_year: integer dimension from /group_by/3
-- order_quarter_of_year: integer dimension from /group_by/4
-- order_year: integer dimension from /group_by/5
-- count: integer measure from /select/0
