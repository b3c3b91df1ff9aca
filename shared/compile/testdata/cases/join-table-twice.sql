SELECT
  "start"."depot" AS "depot",
  "goal"."depot" AS "goal_depot",
  sum("transfers"."boxes") AS "sum_boxes"
FROM "transfers"
JOIN "depots" AS "start" ON "transfers"."from_depot" = "start"."depot_id"
JOIN "depots" AS "goal" ON "transfers"."to_depot" = "goal"."depot_id"
GROUP BY
  "start"."depot",
  "goal"."depot"
ORDER BY
  "depot" ASC NULLS LAST,
  "goal_depot" ASC NULLS LAST
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "transfers") AS "rows_read", (SELECT count(*) FROM "transfers" JOIN "depots" AS "start" ON "transfers"."from_depot" = "start"."depot_id" JOIN "depots" AS "goal" ON "transfers"."to_depot" = "goal"."depot_id") AS "rows_kept"

-- reads depots, transfers; at most 200 rows by default
-- depot: text dimension from /select/0
-- goal_depot: text dimension from /select/1
-- sum_boxes: integer measure from /select/2
