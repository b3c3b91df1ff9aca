package catalog

import (
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Evidence is what the profiles say for or against a relation.
type Evidence struct {
	// Basis says what was compared: the listed values of both columns, their
	// ranges, or nothing but their names.
	Basis Basis `json:"basis"`
	// Values is how many listed values the pointing column has, Matched how many
	// of them the other one has too. Both are 0 unless the basis is values.
	Values  int `json:"values"`
	Matched int `json:"matched"`
	// Inside says, where ranges were compared, that one lies within the other.
	Inside bool `json:"inside"`
	// Unique says that no two rows of the table pointed to have the same value, as
	// far as the profile knows.
	Unique bool `json:"unique"`
	// Empty is how many rows point nowhere because the column is empty there.
	Empty int64 `json:"empty"`
}

// Basis is what evidence rests on.
type Basis string

// The bases.
const (
	ByValues Basis = "values"
	ByRange  Basis = "range"
	ByName   Basis = "name"
)

// EvidenceFor compares the columns of a link. Of a link over several columns only
// the first pair is compared.
func EvidenceFor(d *Dataset, l Link) Evidence {
	e := Evidence{Basis: ByName}
	if !l.In(d) {
		return e
	}
	to := d.Table(l.ToTable)
	from, key := d.Table(l.FromTable).Column(l.FromColumns[0]), to.Column(l.ToColumns[0])
	e.Unique = distinctRows(to, l.ToColumns)
	if from.Profile == nil || key.Profile == nil {
		return e
	}
	e.Empty = from.Profile.Nulls
	switch {
	case key.Profile.Complete && len(from.Profile.Top) > 0:
		known := map[string]bool{}
		for _, v := range key.Profile.Top {
			known[v.Value] = true
		}
		e.Basis, e.Values = ByValues, len(from.Profile.Top)
		for _, v := range from.Profile.Top {
			if known[v.Value] {
				e.Matched++
			}
		}
	case family(from.Type) != 0 && from.Profile.Min != "" && key.Profile.Min != "":
		e.Basis, e.Inside = ByRange, !outside(from, key)
	}
	return e
}

// distinctRows reports whether the columns identify a row: they hold the table's
// key, or one of them has as many values as there are rows. Counts above 10 000
// are approximate, and 3 % are forgiven there.
func distinctRows(t *Table, columns []string) bool {
	if len(t.Key) > 0 && containsAll(lower(columns), lower(t.Key)) {
		return true
	}
	for _, name := range columns {
		c := t.Column(name)
		if c == nil || c.Profile == nil || c.Profile.Nulls > 0 {
			continue
		}
		if c.Profile.Distinct == t.Rows || t.Rows > 10_000 && float64(c.Profile.Distinct) >= 0.97*float64(t.Rows) {
			return true
		}
	}
	return false
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}

// CheckLink refuses, as VALIDATION_ERROR, a relation that cannot be followed:
// columns that are not there, pairs that never match, and one column pointed to
// that several rows share, because following it would count rows more than once.
func CheckLink(d *Dataset, l Link) error {
	from, to := d.Table(l.FromTable), d.Table(l.ToTable)
	for _, side := range []struct {
		table   *Table
		name    string
		columns []string
		path    string
	}{{from, l.FromTable, l.FromColumns, "from"}, {to, l.ToTable, l.ToColumns, "to"}} {
		if side.table == nil {
			return noName(side.name, "table", d.TableNames()).With("path", side.path+"_table")
		}
		for _, c := range side.columns {
			if side.table.Column(c) == nil {
				return noName(c, "column", side.table.ColumnNames()).With("path", side.path+"_columns")
			}
		}
	}
	if len(l.FromColumns) == 0 || len(l.FromColumns) != len(l.ToColumns) {
		return fault.New(fault.Validation, "A relation needs as many columns on one side as on the other, and at least one.").
			WithHint("Choose the columns in pairs.").With("path", "to_columns")
	}
	if strings.EqualFold(l.FromTable, l.ToTable) && strings.EqualFold(l.FromColumns[0], l.ToColumns[0]) {
		return fault.New(fault.Validation, "A column cannot point to itself.").
			WithHint("Choose another column.").With("path", "to_columns")
	}
	for i := range l.FromColumns {
		a, b := from.Column(l.FromColumns[i]), to.Column(l.ToColumns[i])
		if !(a.Type == b.Type || a.Type.Numeric() && b.Type.Numeric() || a.Type.Temporal() && b.Type.Temporal()) {
			return fault.New(fault.Validation, "%s.%s holds %s and %s.%s holds %s, so they never match.", from.Name, a.Name, a.Type, to.Name, b.Name, b.Type).
				WithHint("Choose two columns of the same type.").With("path", "to_columns")
		}
	}
	if p := to.Column(l.ToColumns[0]).Profile; len(l.ToColumns) == 1 && p != nil && !distinctRows(to, l.ToColumns) {
		return fault.New(fault.Validation, "Several rows of %s have the same %s, so a row of %s would meet more than one of them.", to.Name, l.ToColumns[0], from.Name).
			WithHint("Turn the relation round, or choose a column that is different in every row.").
			With("path", "to_columns").With("distinct", p.Distinct).With("rows", to.Rows)
	}
	return nil
}

func noName(name, kind string, have []string) *fault.Fault {
	f := fault.New(fault.Validation, "There is no %s %q.", kind, name)
	if near := Nearest(name, have); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	return f.WithHint("Load the dataset again: it may have a new version.")
}
