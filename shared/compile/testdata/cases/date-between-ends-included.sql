SELECT "payment_id"
FROM "payments"
WHERE "paid_at" >= TIMESTAMP '2026-01-06 00:00:00' AND "paid_at" < TIMESTAMP '2026-07-01 00:00:00'
LIMIT 200

-- counts
SELECT (SELECT count(*) FROM "payments") AS "rows_read", (SELECT count(*) FROM "payments" WHERE "paid_at" >= TIMESTAMP '2026-01-06 00:00:00' AND "paid_at" < TIMESTAMP '2026-07-01 00:00:00') AS "rows_kept"

-- reads payments; at most 200 rows by default
-- payment_id: integer dimension from /select/0
