package runner

import (
	"context"
	"fmt"
	"strconv"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// warmTables is how many tables, the largest ones, the warm-up looks into.
const warmTables = 4

// warmUp runs statements the way a person's go. The first statement of a process
// is several times slower than the second, because code, memory and the file's
// first pages are touched for the first time; these are the first. It is kept
// to a few milliseconds: no table is read further than its beginning.
func (s *session) warmUp(ctx context.Context) error {
	text := "SELECT 'k' || (i % 50) AS k, count(*) AS n, sum(i) AS s, max(i / 7.0) AS m FROM range(20000) AS r(i) " +
		"WHERE i % 3 <> 0 GROUP BY k ORDER BY n DESC, k LIMIT 10"
	req := limits(protocol.Request{QueryType: protocol.SQL, Statement: text})
	if _, err := s.query(ctx, &req, text); err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	tables, err := s.largest(ctx)
	if err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	for _, t := range tables {
		if err := s.db.Exec(ctx, "SELECT * FROM "+engine.QuoteName(t)+" LIMIT 1"); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
	}
	return nil
}

// largest returns the tables with the most rows.
func (s *session) largest(ctx context.Context) ([]string, error) {
	rows, err := s.db.Query(ctx, "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY estimated_size DESC, table_name LIMIT "+
		strconv.Itoa(warmTables))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tables []string
	for rows.Next(ctx) {
		name, _ := rows.Text(0)
		tables = append(tables, name)
	}
	return tables, rows.Err()
}
