// Package profile describes the tables of a prepared dataset: how many rows they
// have, what the first of them look like and, for each column, its type, how much of
// it is empty, how many values there are, which, how often, and how they spread.
//
// It is what a catalogue, a planner and a person know about data without reading
// it. The numbers are exact up to 10 000 distinct values and approximate beyond.
package profile

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

const (
	// exactBelow is the approximate number of distinct values up to which they
	// are counted exactly: the bound of the contract and the error of the
	// approximation.
	exactBelow = 12_000
	// listBelow is the same for texts, whose most frequent values are listed.
	listBelow = 200_000
	// maxTop is the number of values listed, maxValue their length in bytes.
	maxTop   = 100
	maxValue = 200
	// together is the number of columns that one pass over the table measures,
	// and smallTable the rows up to which their values are listed together too.
	together   = 40
	smallTable = 20_000
)

// Tables profiles every table of the open database, in the order they were
// created.
func Tables(ctx context.Context, db *engine.DB) ([]protocol.TableProfile, error) {
	names, err := texts(ctx, db, "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND schema_name = 'main' ORDER BY table_oid")
	if err != nil {
		return nil, err
	}
	profiles := make([]protocol.TableProfile, 0, len(names))
	for _, name := range names {
		p, err := Table(ctx, db, name)
		if err != nil {
			return nil, err
		}
		profiles = append(profiles, *p)
	}
	return profiles, nil
}

// texts reads the first column of a query.
func texts(ctx context.Context, db *engine.DB, sql string) ([]string, error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next(ctx) {
		text, _ := rows.Text(0)
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return out, nil
}

// Table profiles one table.
func Table(ctx context.Context, db *engine.DB, table string) (*protocol.TableProfile, error) {
	columns, err := db.Describe(ctx, "SELECT * FROM "+engine.QuoteName(table))
	if err != nil {
		return nil, fmt.Errorf("profile %s: %w", table, err)
	}
	p := &protocol.TableProfile{Name: table}
	for _, c := range columns {
		p.Columns = append(p.Columns, protocol.ColumnProfile{Name: c.Name, Type: c.Type})
	}
	for from := 0; from < len(columns); from += together {
		if err := measure(ctx, db, p, from, min(from+together, len(columns))); err != nil {
			return nil, fmt.Errorf("profile %s: %w", table, err)
		}
		if err := histograms(ctx, db, table, pointers(p.Columns[from:min(from+together, len(columns))])); err != nil {
			return nil, fmt.Errorf("profile %s: histograms: %w", table, err)
		}
	}
	if err := sample(ctx, db, p); err != nil {
		return nil, fmt.Errorf("profile %s: sample: %w", table, err)
	}
	if err := listAll(ctx, db, p); err != nil {
		return nil, fmt.Errorf("profile %s: %w", table, err)
	}
	return p, nil
}

func pointers(columns []protocol.ColumnProfile) []*protocol.ColumnProfile {
	out := make([]*protocol.ColumnProfile, len(columns))
	for i := range columns {
		out[i] = &columns[i]
	}
	return out
}

// listAll lists the values of all columns: of a small table many at a time, of a
// large one each by itself, which takes longer but less memory.
func listAll(ctx context.Context, db *engine.DB, p *protocol.TableProfile) error {
	at := 1
	if p.Rows <= smallTable {
		at = together
	}
	var batch []*protocol.ColumnProfile
	for i := range p.Columns {
		if c := &p.Columns[i]; c.Distinct > 0 && c.Distinct <= limit(c.Type) {
			batch = append(batch, c)
		}
		if len(batch) == at || len(batch) > 0 && i == len(p.Columns)-1 {
			if err := list(ctx, db, p.Name, batch); err != nil {
				return err
			}
			batch = nil
		}
	}
	return nil
}

// isText reports whether the values of a type are worth listing even if there are
// many.
func isText(typ string) bool { return typ == "VARCHAR" || strings.HasPrefix(typ, "ENUM") }

// limit is the approximate number of distinct values up to which a column is
// looked at closely.
func limit(typ string) int64 {
	if isText(typ) {
		return listBelow
	}
	return exactBelow
}

// measure fills rows, nulls, distinct, min and max of some columns in one pass.
func measure(ctx context.Context, db *engine.DB, p *protocol.TableProfile, from, to int) error {
	exprs := []string{"count(*)"}
	for _, c := range p.Columns[from:to] {
		name := engine.QuoteName(c.Name)
		exprs = append(exprs, "count("+name+")", "approx_count_distinct("+name+")", "min("+name+")", "max("+name+")")
	}
	for i, e := range exprs {
		exprs[i] = "CAST(" + e + " AS VARCHAR)"
	}
	rows, err := db.Query(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+engine.QuoteName(p.Name))
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next(ctx) {
		return fmt.Errorf("no counts: %w", rows.Err())
	}
	if p.Rows, err = integer(rows, 0); err != nil {
		return err
	}
	for i := range p.Columns[from:to] {
		c := &p.Columns[from+i]
		present, err := integer(rows, 1+4*i)
		if err != nil {
			return err
		}
		if c.Distinct, err = integer(rows, 2+4*i); err != nil {
			return err
		}
		c.Nulls = p.Rows - present
		// The approximation may count a few more than there are.
		c.Distinct = min(c.Distinct, present)
		least, _ := rows.Text(3 + 4*i)
		most, _ := rows.Text(4 + 4*i)
		c.Min, c.Max = cut(least, maxValue), cut(most, maxValue)
	}
	return nil
}

func integer(rows *engine.Rows, i int) (int64, error) {
	text, _ := rows.Text(i)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return n, nil
}

// cut shortens a text to a length in bytes, at a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	text = text[:limit]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text
}

// list counts the values of some columns exactly, and keeps the most frequent ones
// of those that are text or have few.
func list(ctx context.Context, db *engine.DB, table string, columns []*protocol.ColumnProfile) error {
	exprs := make([]string, len(columns))
	for i, c := range columns {
		exprs[i] = "CAST(" + engine.QuoteName(c.Name) + " AS VARCHAR) AS " + engine.QuoteName(strconv.Itoa(i))
	}
	rows, err := db.Query(ctx, "SELECT c, v, CAST(n AS VARCHAR), CAST(total AS VARCHAR) FROM (SELECT c, v, count(*) AS n,"+
		" count(*) OVER (PARTITION BY c) AS total, row_number() OVER (PARTITION BY c ORDER BY count(*) DESC, v) AS r FROM"+
		" (UNPIVOT (SELECT "+strings.Join(exprs, ", ")+" FROM "+engine.QuoteName(table)+") ON COLUMNS(*) INTO NAME c VALUE v)"+
		" GROUP BY c, v) WHERE r <= "+strconv.Itoa(maxTop)+" ORDER BY c, n DESC, v")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next(ctx) {
		i, err := integer(rows, 0)
		if err != nil {
			return err
		}
		if err := add(columns[i], rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, c := range columns {
		c.Complete = len(c.Top) > 0 && c.Distinct == int64(len(c.Top))
		if !isText(c.Type) && c.Distinct > maxTop {
			c.Top = nil
		}
	}
	return nil
}

// add reads one listed value into its column. A value that is too long to show is
// only counted.
func add(c *protocol.ColumnProfile, rows *engine.Rows) error {
	n, err := integer(rows, 2)
	if err != nil {
		return err
	}
	if c.Distinct, err = integer(rows, 3); err != nil {
		return err
	}
	if rows.Len(1) <= maxValue {
		value, _ := rows.Text(1)
		c.Top = append(c.Top, protocol.ValueCount{Value: value, Count: n})
	}
	return nil
}
