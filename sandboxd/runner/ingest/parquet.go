package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// parquet is a Parquet file on its way into the database. The engine reads it: its
// types are exact, and there is nothing to guess.
type parquet struct {
	file    protocol.IngestFile
	source  *source
	options catalog.ReadOptions
	names   []string // of the columns in the file
	types   []string // of the engine, as they are loaded
	exprs   []string
	final   []string
	choices []choice
	misfits []string // by column, what does not have its type; "" if all does
	total   int64
	kept    int64
	rejects []catalog.Reject
	remarks []string
}

func newParquet(file protocol.IngestFile, s *source, o catalog.ReadOptions) (*parquet, error) {
	if o.Delimiter != "" || o.Quote != "" || o.Encoding != "" || o.Header != nil || o.Skip != 0 || o.Decimal != "" || o.DateOrder != "" || len(o.Nulls) > 0 {
		return nil, fault.New(fault.Validation, "%s is a Parquet file, which says itself how it is read.", s.name).
			WithHint("Only the names and types of its columns can be changed.")
	}
	if strings.ContainsAny(s.path, "*?[]{}") {
		return nil, fault.New(fault.Validation, "%s has a name that the engine takes for a pattern.", s.name).WithHint("Rename the file.")
	}
	return &parquet{file: file, source: s, options: o}, nil
}

func (p *parquet) table() string { return p.file.Table }

// from is the file in a statement.
func (p *parquet) from(extra string) string {
	return "read_parquet(" + engine.QuoteText(p.source.path) + ", hive_partitioning = false, union_by_name = false" + extra + ")"
}

// broken translates what the engine says about a file that it cannot read.
func (p *parquet) broken(err error) error {
	var said *engine.Error
	if !errors.As(err, &said) || said.Kind == "Out of Memory" || said.Kind == "Interrupt" {
		return err
	}
	message := strings.ReplaceAll(said.Message, p.source.path, p.source.name)
	return fault.Wrap(err, fault.Validation, "%s cannot be read as Parquet: %s", p.source.name, shorten(message, 200)).
		WithHint("Write the file again, or export the data as CSV.")
}

// load reads the file into its table.
func (p *parquet) load(ctx context.Context, db *engine.DB) error {
	if err := p.describeFile(ctx, db); err != nil {
		return err
	}
	var columns []string
	for i, name := range p.final {
		if name != "" {
			columns = append(columns, p.exprs[i]+" AS "+engine.QuoteName(name))
		}
	}
	keep := ""
	if bad := p.anyMisfit(); bad != "" {
		if err := p.showMisfits(ctx, db); err != nil {
			return err
		}
		keep = " WHERE NOT (" + bad + ")"
	}
	err := db.Exec(ctx, "CREATE TABLE "+engine.QuoteName(p.file.Table)+" AS SELECT "+strings.Join(columns, ", ")+" FROM "+p.from("")+keep)
	if err != nil {
		return p.broken(err)
	}
	if p.kept, err = number64(ctx, db, "SELECT count(*) FROM "+engine.QuoteName(p.file.Table)); err != nil {
		return err
	}
	if keep == "" && p.kept != p.total {
		return fmt.Errorf("load %s: %d rows instead of %d", p.source.name, p.kept, p.total)
	}
	return nil
}

// number64 asks for one number.
func number64(ctx context.Context, db *engine.DB, sql string) (int64, error) {
	text, err := db.Text(ctx, "SELECT CAST(("+sql+") AS VARCHAR)")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// describeFile finds out the columns, and how each is loaded.
func (p *parquet) describeFile(ctx context.Context, db *engine.DB) error {
	rows, err := db.Query(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+p.from("")+")")
	if err != nil {
		return p.broken(err)
	}
	defer rows.Close()
	var source []string
	for rows.Next(ctx) {
		name, _ := rows.Text(0)
		typ, _ := rows.Text(1)
		source, p.types = append(source, name), append(p.types, typ)
	}
	if err := rows.Err(); err != nil {
		return p.broken(err)
	}
	if len(source) > maxColumns {
		return fault.New(fault.Validation, "%s has %d columns; at most %d can be loaded.", p.source.name, len(source), maxColumns).
			WithHint("Put the values of many columns into rows: one column for the name, one for the value.")
	}
	if p.total, err = number64(ctx, db, "SELECT sum(num_rows) FROM parquet_file_metadata("+engine.QuoteText(p.source.path)+")"); err != nil {
		return p.broken(err)
	}
	p.names = uniqueNames(source, len(source))
	for i, name := range source {
		p.exprs = append(p.exprs, p.plain(i, engine.QuoteName(name)))
	}
	return p.applyColumns()
}

// plain is how a column is read that holds something no question can be asked of.
func (p *parquet) plain(i int, column string) string {
	typ := p.types[i]
	base, _, _ := strings.Cut(typ, "(")
	switch {
	case strings.HasSuffix(typ, "]"), slices.Contains([]string{"STRUCT", "MAP", "UNION", "VARIANT"}, base):
		p.types[i] = "VARCHAR"
		p.remarks = append(p.remarks, fmt.Sprintf("Column %q holds lists or records, which were kept as JSON text.", p.names[i]))
		return "CAST(to_json(" + column + ") AS VARCHAR)"
	case base == "BLOB":
		p.types[i] = "VARCHAR"
		p.remarks = append(p.remarks, fmt.Sprintf("Column %q holds bytes; those that are no text are written as \\xNN.", p.names[i]))
		return "coalesce(TRY(decode(" + column + ")), CAST(" + column + " AS VARCHAR))"
	case slices.Contains([]string{"BOOLEAN", "DATE", "DECIMAL", "VARCHAR"}, base), catalog.TypeOf(typ) != catalog.Other && base != "ENUM":
		return column
	}
	p.types[i] = "VARCHAR"
	return "CAST(" + column + " AS VARCHAR)"
}

// applyColumns applies what a person said about columns.
func (p *parquet) applyColumns() error {
	p.choices, p.misfits = make([]choice, len(p.names)), make([]string, len(p.names))
	for _, o := range p.options.Columns {
		i := slices.IndexFunc(p.names, func(n string) bool { return strings.EqualFold(n, o.Column) })
		if i < 0 {
			return noSuchColumn(p.source.name, o.Column, p.names)
		}
		p.choices[i] = choice{typ: o.Type, name: cleanName(o.Name), drop: o.Drop}
		if o.Type != "" && !o.Drop {
			p.convert(i)
		}
	}
	var err error
	p.final, err = finalNames(p.source.name, p.names, p.choices)
	return err
}

// convert changes the type of a column. A value that does not come back the same is
// a misfit: nothing is rounded.
func (p *parquet) convert(i int) {
	column, from := p.exprs[i], p.types[i]
	to := map[string]string{
		"text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(38,10)", "float": "DOUBLE",
		"boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP",
	}[p.choices[i].typ]
	if to == from {
		return
	}
	cast := "TRY_CAST(" + column + " AS " + to + ")"
	misfit := cast + " IS NULL"
	if to != "VARCHAR" && from != "VARCHAR" && to != "DOUBLE" {
		misfit += " OR TRY_CAST(" + cast + " AS " + from + ") IS DISTINCT FROM " + column
	} else if to == "BIGINT" {
		misfit += " OR TRY_CAST(" + column + " AS DOUBLE) <> " + cast
	}
	p.misfits[i] = "(" + column + " IS NOT NULL AND (" + misfit + "))"
	p.exprs[i], p.types[i] = cast, to
}

func (p *parquet) anyMisfit() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(p.misfits), func(m string) bool { return m == "" }), " OR ")
}

// showMisfits counts what does not fit, and shows the first.
func (p *parquet) showMisfits(ctx context.Context, db *engine.DB) error {
	for i, misfit := range p.misfits {
		if misfit == "" {
			continue
		}
		var err error
		if p.choices[i].failed, err = number64(ctx, db, "SELECT count(*) FROM "+p.from("")+" WHERE "+misfit); err != nil {
			return p.broken(err)
		}
		if err := p.showMisfit(ctx, db, i, misfit); err != nil {
			return err
		}
	}
	slices.SortStableFunc(p.rejects, func(a, b catalog.Reject) int { return int(a.Line - b.Line) })
	p.rejects = p.rejects[:min(len(p.rejects), maxRejects)]
	return nil
}

func (p *parquet) showMisfit(ctx context.Context, db *engine.DB, i int, misfit string) error {
	// The expression is the cast of the column: what is inside of it is shown.
	rows, err := db.Query(ctx, "SELECT CAST(file_row_number + 1 AS VARCHAR), CAST("+engine.QuoteName(p.names[i])+" AS VARCHAR) FROM "+
		p.from(", file_row_number = true")+" WHERE "+misfit+" ORDER BY file_row_number LIMIT "+strconv.Itoa(maxRejects))
	if err != nil {
		return p.broken(err)
	}
	defer rows.Close()
	for rows.Next(ctx) {
		at, _ := rows.Text(0)
		value, _ := rows.Text(1)
		line, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return fmt.Errorf("convert types: %w", err)
		}
		p.rejects = append(p.rejects, catalog.Reject{
			Line: line, Column: p.final[i], Message: fmt.Sprintf("%q is not %s", shorten(value, 60), typeName(p.choices[i].typ)), Sample: shorten(value, maxSampleText),
		})
	}
	return rows.Err()
}

// describe completes what the engine says about the table.
func (p *parquet) describe(t *protocol.TableProfile) error {
	if t.Rows != p.kept {
		return fmt.Errorf("table %s has %d rows instead of %d", t.Name, t.Rows, p.kept)
	}
	t.Rejected, t.Rejects, t.Notes = p.total-p.kept, p.rejects, p.remarks
	t.Format = map[string]string{"format": string(formatParquet)}
	if t.Rejected > 0 {
		t.Notes = append(t.Notes, leftOut(t.Rejected))
	}
	t.Report = &catalog.FileReport{
		File: p.source.name, Table: t.Name, FileTable: p.file.Table, Format: string(formatParquet),
		Read: p.total, Kept: p.kept, Rejected: t.Rejected, Rejects: append([]catalog.Reject{}, p.rejects...),
		Columns: reportColumns(p.names, p.final, p.choices, t), Notes: append([]string{}, t.Notes...), Options: saidOptions(p.options),
	}
	for _, c := range p.choices {
		t.Report.FailedCells += c.failed
	}
	return nil
}
