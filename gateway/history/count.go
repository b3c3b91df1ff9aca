package history

import (
	"context"
	"fmt"

	"github.com/leo-analytics/leo/shared/run"
)

// Counts are how many runs a query selects.
type Counts struct {
	// Total counts what the query selects.
	Total int64 `json:"total"`
	// ByStatus counts what it would select with each status instead of its own.
	ByStatus map[run.Status]int64 `json:"by_status"`
}

// statuses are all there are, in the order in which they are counted.
func statuses() []run.Status {
	return []run.Status{run.Pending, run.Running, run.Succeeded, run.Failed, run.Rejected, run.Cancelled, run.NeedsInput}
}

// Count counts what a query selects, whatever its limit and cursor.
func (db *DB) Count(ctx context.Context, org string, q Query) (Counts, error) {
	wanted := q.Status
	q.Status = ""
	in, done := db.use()
	defer done()
	c, err := in.conditions(ctx, org, q)
	if err != nil {
		return Counts{}, err
	}
	// Sums need no sorting, as GROUP BY would.
	sums, numbers := "", make([]int64, len(statuses()))
	into := make([]any, len(numbers))
	for i, s := range statuses() {
		sums += fmt.Sprintf(", coalesce(sum(runs.status = '%s'), 0)", s)
		into[i] = &numbers[i]
	}
	//nolint:gosec // statuses are constants
	row := in.read.QueryRowContext(ctx, "SELECT "+sums[2:]+" FROM "+c.from+" WHERE "+c.where(), c.args...)
	if err := row.Scan(into...); err != nil {
		return Counts{}, fmt.Errorf("count runs: %w", err)
	}
	out := Counts{ByStatus: map[run.Status]int64{}}
	for i, s := range statuses() {
		out.ByStatus[s] = numbers[i]
		if wanted == "" || wanted == s {
			out.Total += numbers[i]
		}
	}
	return out, nil
}

// Names are the people and datasets that an org's runs are of, in the order of
// their names, at most MaxNames of each.
type Names struct {
	People   []string `json:"people"`
	Datasets []string `json:"datasets"`
}

// MaxNames bounds each list of names.
const MaxNames = 1000

// Names returns who has asked, and about what.
func (db *DB) Names(ctx context.Context, org string) (Names, error) {
	in, done := db.use()
	defer done()
	n := Names{People: []string{}, Datasets: []string{}}
	for kind, into := range map[string]*[]string{nameUser: &n.People, nameDataset: &n.Datasets} {
		rows, err := in.read.QueryContext(ctx, "SELECT value FROM names WHERE org = ? AND kind = ? ORDER BY value LIMIT ?", org, kind, MaxNames)
		if err != nil {
			return n, fmt.Errorf("list names: %w", err)
		}
		for rows.Next() {
			var v string
			if err := rows.Scan(&v); err != nil {
				_ = rows.Close() // the scan's error says more
				return n, fmt.Errorf("list names: %w", err)
			}
			*into = append(*into, v)
		}
		if err := rows.Err(); err != nil { // rows are closed at their end
			return n, fmt.Errorf("list names: %w", err)
		}
	}
	return n, nil
}
