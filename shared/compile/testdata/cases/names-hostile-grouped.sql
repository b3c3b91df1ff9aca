WITH "grouped" AS (
  SELECT
    "select",
    sum("x.y") AS "sum_x.y"
  FROM "odd names"
  GROUP BY "select"
),
"windowed" AS (
  SELECT
    "select",
    CAST("sum_x.y" AS DOUBLE) / nullif(sum("sum_x.y") OVER (), 0) AS "sum(""x"")"
  FROM "grouped"
),
"ranked" AS (
  SELECT
    "select",
    "sum(""x"")",
    row_number() OVER (PARTITION BY "select" ORDER BY "sum(""x"")" DESC NULLS LAST) AS "place"
  FROM "windowed"
)
SELECT
  "select",
  "sum(""x"")"
FROM "ranked"
WHERE "place" <= 1
ORDER BY
  "select" ASC NULLS LAST,
  "sum(""x"")" DESC NULLS LAST
LIMIT 200

-- counts
SELECT count(*) AS "rows_read", count(*) AS "rows_kept" FROM "odd names"

-- reads odd names; at most 200 rows by default
-- select: text dimension from /group_by/0
-- sum("x"): decimal measure percent from /select/0
