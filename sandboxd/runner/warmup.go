package runner

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

const (
	// warmTables is how many tables, the largest ones, the warm-up looks into,
	// and warmRows how far: enough to have the memory and the pages of the file
	// in place, little enough to cost milliseconds.
	warmTables = 3
	warmRows   = 100_000
)

// warmUp runs statements the way a person's go. The first statement of a process
// is several times slower than the second, because code, memory and file pages
// are touched for the first time; these are the first.
func (s *session) warmUp(ctx context.Context) error {
	statements := []string{"SELECT x % 2 AS k, count(*) AS n, sum(x) AS s, max(t) AS t " +
		"FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c')) AS v(x, t) WHERE x > 0 GROUP BY k ORDER BY n DESC, k LIMIT 10"}
	tables, err := s.largest(ctx)
	if err != nil {
		return fmt.Errorf("warm up: %w", err)
	}
	var names []string
	for _, t := range tables {
		statements = append(statements, t.statement())
		names = append(names, t.name)
	}
	for _, text := range statements {
		req := limits(protocol.Request{QueryType: protocol.SQL, Statement: text, Tables: names})
		if _, err := s.query(ctx, &req, text); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
	}
	return nil
}

// warmTable is a table with a column to group by and one to add up, which may be
// missing.
type warmTable struct{ name, key, number string }

// largest returns the tables with the most rows.
func (s *session) largest(ctx context.Context) ([]warmTable, error) {
	rows, err := s.db.Query(ctx, "SELECT t.table_name, coalesce(min(CASE WHEN c.data_type = 'VARCHAR' THEN c.column_name END), ''), "+
		"coalesce(min(CASE WHEN c.data_type IN ('BIGINT', 'DOUBLE') OR c.data_type LIKE 'DECIMAL%' THEN c.column_name END), '') "+
		"FROM duckdb_tables() AS t JOIN duckdb_columns() AS c ON c.table_oid = t.table_oid AND c.database_oid = t.database_oid "+
		"WHERE NOT t.internal GROUP BY t.table_name, t.estimated_size ORDER BY t.estimated_size DESC, t.table_name LIMIT "+strconv.Itoa(warmTables))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tables []warmTable
	for rows.Next(ctx) {
		var t warmTable
		t.name, _ = rows.Text(0)
		t.key, _ = rows.Text(1)
		t.number, _ = rows.Text(2)
		tables = append(tables, t)
	}
	return tables, rows.Err()
}

// statement groups, adds up and sorts the first rows of the table.
func (t warmTable) statement() string {
	key, number := "1", "1"
	if t.key != "" {
		key = engine.QuoteName(t.key)
	}
	if t.number != "" {
		number = engine.QuoteName(t.number)
	}
	return strings.NewReplacer("{key}", key, "{number}", number, "{table}", engine.QuoteName(t.name)).Replace(
		"SELECT k, count(*) AS n, sum(v) AS s FROM (SELECT {key} AS k, {number} AS v FROM {table} LIMIT " + strconv.Itoa(warmRows) +
			") AS q GROUP BY k ORDER BY n DESC LIMIT 10")
}
