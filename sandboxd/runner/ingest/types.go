package ingest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// stagingTable holds a table while the types a person asked for are applied.
const stagingTable = "leo staging"

// lineColumn is the first column of the staging table.
const lineColumn = "leo line"

// override is a type that a person asked for and that the engine must convert to.
type override struct {
	column int
	typ    string
}

// asksFor lists the types a person may ask for.
func asksFor(typ string) bool {
	if regexp.MustCompile(`^DECIMAL\( ?\d{1,2} ?, ?\d{1,2} ?\)$`).MatchString(typ) {
		return true
	}
	return slices.Contains([]string{
		"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
		"FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "UUID",
	}, typ)
}

// applyTypes checks the types asked for and changes how their columns are read. A
// type that was detected anyway needs nothing.
func (t *table) applyTypes() error {
	for i := range t.choices {
		// Every value was checked: the engine only changes the form.
		if c := &t.choices[i]; c.typ == "decimal" && !c.drop {
			t.overrides = append(t.overrides, override{i, ""})
		}
	}
	for name, asked := range t.file.Types {
		i := slices.IndexFunc(t.layout.names, func(n string) bool { return strings.EqualFold(n, name) })
		if i < 0 {
			return fault.New(fault.Validation, "%s has no column %q to give a type to.", t.source.name, name).
				WithHint("Its columns are %s.", strings.Join(t.layout.names[:min(len(t.layout.names), 12)], ", ")).With("column", name)
		}
		if t.choices[i].typ != "" || t.choices[i].drop {
			continue
		}
		typ := strings.Join(strings.Fields(strings.ToUpper(asked)), " ")
		if !asksFor(typ) {
			return fault.New(fault.Validation, "Column %q cannot have the type %q.", name, asked).
				WithHint("Use a type such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), DATE or TIMESTAMP.").With("column", name)
		}
		if typ == t.read[i].kind.Type() {
			continue
		}
		// Dates were understood already; everything else is converted from what is
		// written, so that nothing is rounded on the way.
		moment := t.read[i].kind >= engine.Date && (strings.HasPrefix(typ, "DATE") || strings.HasPrefix(typ, "TIME"))
		if !moment {
			t.read[i] = reading{kind: engine.Text}
		}
		if typ != "VARCHAR" {
			t.overrides = append(t.overrides, override{i, typ})
		}
	}
	slices.SortFunc(t.overrides, func(a, b override) int { return a.column - b.column })
	return nil
}

// staged reports whether the table is converted after it was loaded.
func (t *table) staged() bool { return len(t.overrides) > 0 }

// target returns the table to append to and the kinds of its columns.
func (t *table) target() (string, []engine.Kind) {
	var kinds []engine.Kind
	name := t.name
	if t.staged() {
		name, kinds = stagingTable, []engine.Kind{engine.Int}
	}
	for i, r := range t.read {
		if !t.choices[i].drop {
			kinds = append(kinds, r.kind)
		}
	}
	return name, kinds
}

// createStatement makes the table to append to.
func (t *table) createStatement(name string) string {
	var defs []string
	if t.staged() {
		defs = append(defs, engine.QuoteName(lineColumn)+" BIGINT")
	}
	for i, r := range t.read {
		if t.choices[i].drop {
			continue
		}
		column := t.final[i]
		if t.staged() {
			column = "c" + strconv.Itoa(i)
		}
		defs = append(defs, engine.QuoteName(column)+" "+r.kind.Type())
	}
	return "CREATE TABLE " + engine.QuoteName(name) + " (" + strings.Join(defs, ", ") + ")"
}

// finish converts a staged table. A row with a value that cannot be converted is
// rejected with its line.
func (t *table) finish(ctx context.Context, db *engine.DB) error {
	if !t.staged() {
		return nil
	}
	typed := map[int]string{}
	var misfits []string
	for _, o := range t.overrides {
		if o.typ == "" {
			o.typ = t.choices[o.column].decimalType()
		}
		raw := t.raw(o.column)
		typed[o.column] = "TRY_CAST(" + raw + " AS " + o.typ + ")"
		misfits = append(misfits, "("+raw+" IS NOT NULL AND "+typed[o.column]+" IS NULL)")
		if err := t.rejectMisfits(ctx, db, o, raw, misfits[len(misfits)-1]); err != nil {
			return err
		}
	}
	var exprs []string
	for i, name := range t.final {
		if name == "" {
			continue
		}
		expr := "c" + strconv.Itoa(i)
		if cast, ok := typed[i]; ok {
			expr = cast
		}
		exprs = append(exprs, expr+" AS "+engine.QuoteName(name))
	}
	misfit := strings.Join(misfits, " OR ")
	staging := engine.QuoteName(stagingTable)
	left, err := db.Text(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM "+staging+" WHERE "+misfit)
	if err != nil {
		return fmt.Errorf("convert types: %w", err)
	}
	n, err := strconv.ParseInt(left, 10, 64)
	if err != nil {
		return fmt.Errorf("convert types: %w", err)
	}
	t.tally.loaded -= n
	t.tally.rejected += n
	err = db.Exec(ctx, "CREATE TABLE "+engine.QuoteName(t.name)+" AS SELECT "+strings.Join(exprs, ", ")+
		" FROM "+staging+" WHERE NOT ("+misfit+"); DROP TABLE "+staging)
	if err != nil {
		return fmt.Errorf("convert types: %w", err)
	}
	return nil
}

// raw is a staged value to convert: text without the space around it.
func (t *table) raw(column int) string {
	name := "c" + strconv.Itoa(column)
	if t.read[column].kind == engine.Text {
		return "nullif(trim(" + name + "), '')"
	}
	return name
}

// rejectMisfits shows the first values of a column that cannot be converted.
func (t *table) rejectMisfits(ctx context.Context, db *engine.DB, o override, raw, misfit string) error {
	rows, err := db.Query(ctx, "SELECT CAST("+engine.QuoteName(lineColumn)+" AS VARCHAR), CAST("+raw+" AS VARCHAR) FROM "+
		engine.QuoteName(stagingTable)+" WHERE "+misfit+" ORDER BY "+engine.QuoteName(lineColumn)+" LIMIT "+strconv.Itoa(maxRejects))
	if err != nil {
		return fmt.Errorf("convert types: %w", err)
	}
	defer rows.Close()
	for rows.Next(ctx) {
		line, _ := rows.Text(0)
		value, _ := rows.Text(1)
		at, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return fmt.Errorf("convert types: %w", err)
		}
		t.tally.reject(catalog.Reject{Line: at, Column: t.final[o.column], Message: fmt.Sprintf("%q is not a %s", shorten(value, 60), o.typ)})
		t.tally.rejected-- // counted once for the row, by the caller
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("convert types: %w", err)
	}
	return nil
}
