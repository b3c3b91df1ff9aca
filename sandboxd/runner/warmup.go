package runner

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

const (
	// warmTables is how many tables, the largest ones, the warm-up looks into,
	// and warmRows how far.
	warmTables = 3
	warmRows   = 100_000
	// warmBudget is how long it may take altogether.
	warmBudget = 100 * time.Millisecond
)

// warmUp runs statements the way a person's go. The first statement of a process
// is several times slower than the second, because code, memory and the file's
// pages are touched for the first time; these are the first. It is done ahead of
// any request, so it may cost more than it saves one run.
func (s *session) warmUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, warmBudget)
	defer cancel()
	text := "SELECT 'k' || (i % 50) AS k, count(*) AS n, sum(i) AS s, max(i / 7.0) AS m FROM range(2000) AS r(i) " +
		"WHERE i % 3 <> 0 GROUP BY k ORDER BY n DESC, k LIMIT 10"
	if err := s.try(ctx, text); err != nil {
		return err
	}
	tables, err := s.largest(ctx)
	if err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	for _, t := range tables {
		text, err := s.grouping(ctx, t)
		if err == nil {
			err = s.try(ctx, text, t)
		}
		if ctx.Err() != nil {
			return nil // enough
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// try runs a statement for its effects on this process.
func (s *session) try(ctx context.Context, text string, tables ...string) error {
	req := limits(protocol.Request{QueryType: protocol.SQL, Statement: text, Tables: tables})
	if _, err := s.query(ctx, &req, text); err != nil {
		return fmt.Errorf("warm up: %w", err)
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

// grouping is a statement that groups a table by its first text and adds up its
// first number.
func (s *session) grouping(ctx context.Context, table string) (string, error) {
	columns, err := s.db.Describe(ctx, "SELECT * FROM "+engine.QuoteName(table))
	if err != nil {
		return "", fmt.Errorf("warm up: %w", err)
	}
	key, number := "1", "1"
	for _, c := range columns {
		switch {
		case c.Type == "VARCHAR" && key == "1":
			key = engine.QuoteName(c.Name)
		case (c.Type == "BIGINT" || c.Type == "DOUBLE" || strings.HasPrefix(c.Type, "DECIMAL")) && number == "1":
			number = engine.QuoteName(c.Name)
		}
	}
	return "SELECT k, count(*) AS n, sum(v) AS s FROM (SELECT " + key + " AS k, " + number + " AS v FROM " + engine.QuoteName(table) +
		" LIMIT " + strconv.Itoa(warmRows) + ") AS q GROUP BY k ORDER BY n DESC LIMIT 10", nil
}
