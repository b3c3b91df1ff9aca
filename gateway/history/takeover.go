package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/leo-analytics/leo/shared/fault"
)

// takeOver compares the runs of the old list whose last event is up to a sequence with those
// of the new one, from where it stopped the last time, and takes over what only the old
// one has:
//
//   - runs that have events which are missing now, as they are;
//   - what was recorded of a run when it ended, where it folds to something else now: a log
//     that was altered must not be what it is compared with.
//
// A run that is in the old list and not in a log that misses nothing of it is left out.
func (b *rebuild) takeOver(ctx context.Context, upTo uint64) error {
	from := b.compared
	err := b.withOld(ctx, func(conn *sql.Conn, old *file) error {
		var kept, altered, unknown int64
		for _, open := range []int{0, 1} { // each has an index of its own
			if _, err := conn.ExecContext(ctx, fmt.Sprintf(verdicts, open), old.salvaged, int64(from), int64(upTo)); err != nil { //nolint:gosec // sequences stay far below 2^63
				return err
			}
		}
		row := conn.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE verdict = 'kept'), count(*) FILTER (WHERE verdict = 'altered'),
			count(*) FILTER (WHERE verdict = 'unknown') FROM temp.verdicts`)
		if err := row.Scan(&kept, &altered, &unknown); err != nil {
			return err
		}
		if kept+altered+unknown == 0 {
			return nil
		}
		for _, statement := range acting() {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		b.kept.Add(kept)
		b.altered.Add(altered)
		b.unknown.Add(unknown)
		return b.name(ctx, conn)
	})
	if err == nil {
		b.begun, b.compared = true, upTo
	}
	return err
}

// verdicts says what becomes of the runs that differ.
const verdicts = `
INSERT INTO temp.verdicts
SELECT org, run_id, CASE WHEN gone AND (absent OR behind) THEN 'kept' WHEN absent THEN 'unknown' ELSE 'altered' END
FROM (
	SELECT o.org, o.run_id, n.run_id IS NULL AS absent, coalesce(n.seq < o.seq, 0) AS behind,
		EXISTS (SELECT 1 FROM temp.gaps g WHERE g.first <= o.seq AND g.last >= o.first) AS gone,
		-- Another program may fold the same events to another digest.
		CASE WHEN ?1 THEN o.head <> '' AND o.head IS NOT n.head
			ELSE o.digest <> '' AND (o.digest IS NOT n.digest OR o.head IS NOT n.head) END AS differs
	FROM old.runs o LEFT JOIN main.runs n ON n.org = o.org AND n.run_id = o.run_id
	WHERE o.open = %d AND o.seq > ?2 AND o.seq <= ?3
)
WHERE absent OR behind AND gone OR differs`

// acting are the statements that do what the verdicts say.
func acting() []string {
	const kept = ` FROM temp.verdicts v JOIN old.runs o ON o.org = v.org AND o.run_id = v.run_id WHERE v.verdict = 'kept'`
	return []string{
		`INSERT OR REPLACE INTO main.runs SELECT o.*` + kept,
		`INSERT OR REPLACE INTO main.words (rowid, search) SELECT o.first, o.search` + kept + ` AND o.open = 0`,
		`INSERT OR IGNORE INTO main.names SELECT o.org, '` + nameUser + `', o.user` + kept,
		`INSERT OR IGNORE INTO main.names SELECT o.org, '` + nameDataset + `', o.dataset_id` + kept,
		`UPDATE main.runs SET (digest, head, links) = (SELECT digest, head, links FROM old.runs o WHERE o.org = runs.org AND o.run_id = runs.run_id)
			WHERE (org, run_id) IN (SELECT org, run_id FROM temp.verdicts WHERE verdict = 'altered')`,
	}
}

// maxNamed is how many runs that the log contradicts are named in the process's own log.
const maxNamed = 20

// name tells of runs that the log contradicts.
func (b *rebuild) name(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, "SELECT org, run_id, verdict FROM temp.verdicts WHERE verdict <> 'kept' LIMIT ?", maxNamed)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	for rows.Next() {
		var org, id, verdict string
		if err := rows.Scan(&org, &id, &verdict); err != nil {
			return err
		}
		b.log.WarnContext(ctx, "the log contradicts what is recorded of a run", "org", org, "run_id", id, "verdict", verdict)
	}
	return rows.Err()
}

// takeLabels copies the labels, which are beside the log, from the old list.
func (b *rebuild) takeLabels(ctx context.Context) error {
	return b.withOld(ctx, func(conn *sql.Conn, _ *file) error {
		_, err := conn.ExecContext(ctx, "DELETE FROM main.labels; INSERT INTO main.labels SELECT * FROM old.labels")
		return err
	})
}

// withOld calls fn in a transaction of the new list, with the old one as "old" and what the log
// misses in temp.gaps.
func (b *rebuild) withOld(ctx context.Context, fn func(conn *sql.Conn, old *file) error) (err error) {
	old, done := b.db.use()
	defer done()
	defer func() {
		if err != nil && ctx.Err() == nil {
			err = fault.Wrap(err, fault.Unavailable, "What only the old run list has could not be taken over.").
				WithHint("The cause is in the log of the gateway. The old list is still there; a damaged one is set aside when the gateway starts.")
		}
	}()
	conn, err := b.projector.into.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "ATTACH ? AS old", old.path); err != nil {
		return err
	}
	defer func() {
		_, detaching := conn.ExecContext(context.WithoutCancel(ctx), "DETACH old")
		err = errors.Join(err, detaching)
	}()
	const temporary = `CREATE TEMP TABLE gaps (first INTEGER, last INTEGER); CREATE TEMP TABLE verdicts (org TEXT, run_id TEXT, verdict TEXT, PRIMARY KEY (org, run_id))`
	if _, err := conn.ExecContext(ctx, "BEGIN; "+temporary); err != nil {
		return err
	}
	for _, g := range b.source.missed() {
		if _, err = conn.ExecContext(ctx, "INSERT INTO temp.gaps VALUES (?, ?)", int64(g.From), int64(g.To)); err != nil { //nolint:gosec // sequences stay far below 2^63
			break
		}
	}
	if err == nil {
		err = fn(conn, old)
	}
	end := "DROP TABLE temp.gaps; DROP TABLE temp.verdicts; COMMIT"
	if err != nil {
		end = "ROLLBACK"
	}
	_, ending := conn.ExecContext(context.WithoutCancel(ctx), end)
	return errors.Join(err, ending)
}
