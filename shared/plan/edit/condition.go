package edit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// opsOf lists the comparisons that mean something for a type.
func opsOf(t catalog.Type) []plan.FilterOp {
	switch {
	case t == catalog.Text:
		return []plan.FilterOp{
			plan.Equal, plan.NotEqual, plan.In, plan.NotIn, plan.Contains, plan.StartsWith, plan.EndsWith, plan.IsNull, plan.NotNull,
		}
	case t.Numeric():
		return []plan.FilterOp{
			plan.Equal, plan.NotEqual, plan.Greater, plan.GreaterOrEqual, plan.Less, plan.LessOrEqual, plan.Between,
			plan.In, plan.NotIn, plan.IsNull, plan.NotNull,
		}
	case t.Temporal():
		return []plan.FilterOp{
			plan.Between, plan.Equal, plan.NotEqual, plan.Greater, plan.GreaterOrEqual, plan.Less, plan.LessOrEqual, plan.IsNull, plan.NotNull,
		}
	case t == catalog.Boolean:
		return []plan.FilterOp{plan.Equal, plan.NotEqual, plan.IsNull, plan.NotNull}
	case t == catalog.Time:
		return []plan.FilterOp{
			plan.Equal, plan.NotEqual, plan.Greater, plan.GreaterOrEqual, plan.Less, plan.LessOrEqual, plan.Between, plan.IsNull, plan.NotNull,
		}
	}
	return []plan.FilterOp{plan.IsNull, plan.NotNull}
}

// comparison reports whether a condition compares with values a person can type.
func comparison(f *plan.Filter) bool { return f.Op != "" && f.Right == nil }

// condition sets the comparison at a path, or adds one.
func (w *work) condition(path plan.Path, c Condition) error {
	if path == "" {
		return w.addCondition(c)
	}
	f := filterAt(w.q, path)
	if f == nil || !comparison(f) || strings.HasPrefix(string(path), "/with/") {
		return noPart(path, "condition")
	}
	next, err := w.compare(c, f)
	if err != nil {
		return err
	}
	measure, was := w.topOf(path)
	name := w.e.outputAt(measure)
	*f = next
	if other, ok := w.e.otherLimit(path); ok {
		w.prune(other)
	}
	if measure != path {
		w.rename(measure, name, was)
	}
	return nil
}

// addCondition adds a condition on rows, or on groups where it is about an output
// that is measured.
func (w *work) addCondition(c Condition) error {
	if c.Column == "" && c.Output == "" {
		return invalid("/filters", "The condition does not say what it is about.").WithHint("Choose a column.")
	}
	w.at = plan.Path("/filters").Index(len(w.q.Filters))
	if c.Output != "" {
		w.at = plan.Path("/having").Index(len(w.q.Having))
	}
	f, err := w.compare(c, &plan.Filter{})
	if err != nil {
		return err
	}
	if c.Output != "" {
		w.q.Having = append(w.q.Having, f)
	} else {
		w.q.Filters = append(w.q.Filters, f)
	}
	return nil
}

// compare is the condition c, on the left side of was where it names none.
func (w *work) compare(c Condition, was *plan.Filter) (plan.Filter, error) {
	f := plan.Filter{Column: was.Column, Expr: was.Expr, Op: c.Op, Period: c.Period}
	switch {
	case c.Output != "":
		if !slices.ContainsFunc(w.e.outputs(), func(o Output) bool { return o.Measure && same(o.Name, c.Output) }) {
			return f, invalid(w.at, "The plan measures nothing that is called %q.", clip(c.Output)).WithHint("Choose one of its measures.")
		}
		f.Column, f.Expr = c.Output, nil
	case c.Column != "":
		if strings.HasPrefix(string(w.at), "/having") {
			return f, invalid(w.at, "Groups are filtered by what is measured of them.").WithHint("Choose one of the plan's measures, or add a filter.")
		}
		name, _, err := w.use(c.Column)
		if err != nil {
			return f, err
		}
		f.Column, f.Expr = name, nil
	}
	if len(c.Value) == 0 || bytes.Equal(c.Value, []byte("null")) {
		return f, nil
	}
	dec := json.NewDecoder(bytes.NewReader(c.Value))
	dec.UseNumber()
	if err := dec.Decode(&f.Value); err != nil {
		return f, invalid(w.at.Key("value"), "The value is not JSON.").WithHint("Send a text, a number, true or false, or a list of them.")
	}
	return f, nil
}
