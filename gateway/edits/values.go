package edits

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// The number of values that are returned.
const (
	defaultValues = 50
	maxValues     = 200
)

// ValueQuery asks for values of a column.
type ValueQuery struct {
	DatasetID, Table, Column string
	// Text is searched for in the values, without case; empty finds all.
	Text string
	// Limit is how many are wanted; 0 means 50, and 200 are the most.
	Limit int
}

// Values are those of one column that the catalogue knows.
type Values struct {
	Table  string       `json:"table"`
	Column string       `json:"column"`
	Type   catalog.Type `json:"type"`
	// Values are the most frequent first; those that begin with the text come
	// before those that hold it elsewhere.
	Values []catalog.ValueCount `json:"values"`
	// Complete says that these are all the values there are that match. Where it
	// is false the catalogue holds only the most frequent ones, or more match than
	// were asked for.
	Complete bool `json:"complete"`
	// Known is how many values the catalogue holds, Distinct how many there are.
	Known    int    `json:"known"`
	Distinct int64  `json:"distinct"`
	Nulls    int64  `json:"nulls"`
	Min      string `json:"min,omitempty"`
	Max      string `json:"max,omitempty"`
}

// Values searches the values the catalogue holds of a column. It never reads the
// data. Faults: NOT_FOUND for the dataset, VALIDATION_ERROR for the column.
func (s *Service) Values(ctx context.Context, p auth.Principal, q ValueQuery) (*Values, error) {
	d, err := s.dataset(ctx, p, q.DatasetID)
	if err != nil {
		return nil, err
	}
	t := d.Table(q.Table)
	if t == nil {
		return nil, unknown("table", q.Table, d.TableNames())
	}
	c := t.Column(q.Column)
	if c == nil {
		return nil, unknown("column", q.Column, t.ColumnNames())
	}
	if q.Limit <= 0 {
		q.Limit = defaultValues
	}
	out := &Values{Table: t.Name, Column: c.Name, Type: c.Type, Values: []catalog.ValueCount{}}
	if c.Profile == nil {
		return out, nil
	}
	out.Known, out.Distinct, out.Nulls, out.Min, out.Max = len(c.Profile.Top), c.Profile.Distinct, c.Profile.Nulls, c.Profile.Min, c.Profile.Max
	found := search(c.Profile.Top, q.Text)
	kept := found[:min(len(found), q.Limit, maxValues)]
	out.Values = append(out.Values, kept...)
	out.Complete = c.Profile.Complete && len(kept) == len(found)
	return out, nil
}

// search keeps the values that hold the text, those that begin with it first.
func search(values []catalog.ValueCount, text string) []catalog.ValueCount {
	text = strings.ToLower(strings.TrimSpace(text))
	rank := func(v catalog.ValueCount) int {
		switch low := strings.ToLower(v.Value); {
		case strings.HasPrefix(low, text):
			return 0
		case strings.Contains(low, text):
			return 1
		}
		return 2
	}
	found := slices.DeleteFunc(slices.Clone(values), func(v catalog.ValueCount) bool { return rank(v) == 2 })
	slices.SortStableFunc(found, func(a, b catalog.ValueCount) int { return cmp.Compare(rank(a), rank(b)) })
	return found
}

func unknown(what, name string, names []string) error {
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60]) + "…"
	}
	f := fault.New(fault.Validation, "There is no %s %q in the dataset.", what, name).With("path", what)
	if near := catalog.Nearest(name, names); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	return f.WithHint("GET /api/v1/datasets/{id}/schema lists the tables and columns.")
}
