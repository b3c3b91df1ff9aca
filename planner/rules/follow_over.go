package rules

import (
	"context"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// earlierName is what the earlier result is called in a plan that computes
// something from it.
const earlierName = "earlier"

// over reads a follow-up as a question about the rows of the earlier result, which
// becomes a sub-plan: "how many are there" after a list of groups, "their average"
// after a top five.
func (p *Planner) over(ctx context.Context, rest []token, prev *earlier, c cues) ([]*draft, error) {
	inner := prev.plan.Clone()
	inner.Limit = prev.limit // a bound on what is shown bounds nothing here
	shown := len(inner.Select)
	if !prev.grouped() && !prev.aggregated() && !inner.Distinct {
		p.widen(inner, prev.main)
	}
	name := earlierName
	for p.findTable(name) >= 0 || slices.ContainsFunc(prev.with, func(w plan.Named) bool { return strings.EqualFold(w.Name, name) }) {
		name += "_result"
	}
	mini := p.mini(p.derived(name, inner))
	t := mini.tables[0]
	base := &plan.Query{Version: plan.Version, Table: name}
	for i, col := range t.columns {
		if prev.grouped() || i < shown {
			base.Select = append(base.Select, plan.Expr{Column: col.Name})
		}
	}
	lifted := mini.lift(base, prev.trust)
	if lifted == nil {
		return nil, nil
	}
	drafts, _, err := mini.read(ctx, rest, lifted, c)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		d.query.DatasetID = p.data.ID
		d.query.With = []plan.Named{{Name: name, Plan: inner}}
		inner.DatasetID, inner.Version = "", 0
		d.score *= p.lex.weights["follow_over"]
	}
	return drafts, nil
}

// widen shows every column of the main table, so that a follow-up may use them.
func (p *Planner) widen(q *plan.Query, main int) {
	names := map[string]bool{}
	for i := range q.Select {
		names[strings.ToLower(outputName(&q.Select[i]))] = true
	}
	for _, c := range p.tables[main].columns {
		if !names[strings.ToLower(c.Name)] {
			q.Select = append(q.Select, plan.Expr{Column: p.tables[main].Name + "." + c.Name})
		}
	}
}

// outputName is the name an output has in the result, where it is plain to see.
func outputName(e *plan.Expr) string {
	if e.As != "" {
		return e.As
	}
	if _, name, ok := strings.Cut(e.Column, "."); ok {
		return name
	}
	return e.Column
}

// derived describes the result of a plan as a table.
func (p *Planner) derived(name string, q *plan.Query) catalog.Table {
	t := catalog.Table{Name: name, Rows: 1000}
	seen := map[string]bool{}
	add := func(e *plan.Expr, key bool) {
		c := p.outputColumn(e)
		if c.Name == "" {
			c.Name = e.As
		}
		if c.Name == "" || seen[strings.ToLower(c.Name)] {
			return
		}
		seen[strings.ToLower(c.Name)] = true
		t.Columns = append(t.Columns, c)
		if key && len(q.GroupBy) == 1 {
			t.Key = []string{c.Name}
		}
	}
	for i := range q.GroupBy {
		if !slices.ContainsFunc(q.Select, func(x plan.Expr) bool { return x.Column == q.GroupBy[i].Column && x.Agg == "" && x.Op == "" }) {
			add(&q.GroupBy[i], true)
		}
	}
	for i := range q.Select {
		add(&q.Select[i], false)
	}
	return t
}

// outputColumn describes one output: what it is made of, where that is a column.
func (p *Planner) outputColumn(e *plan.Expr) catalog.Column {
	out := catalog.Column{Name: outputName(e), Type: catalog.Decimal}
	r, ok := p.columnRef(e.Column)
	if !ok {
		if e.Agg == plan.Count && e.Window == nil {
			out.Type = catalog.Integer
		}
		return out
	}
	base := p.column(r)
	switch {
	case e.Window != nil || e.Bin > 0:
	case e.Agg == plan.Count, e.Agg == plan.CountDistinct, e.Part != "":
		out.Type = catalog.Integer
	case e.Agg == plan.Min, e.Agg == plan.Max:
		out.Type, out.Unit = base.Type, base.Unit
	case e.Agg == plan.Sum && base.Type == catalog.Integer:
		out.Type, out.Unit = catalog.Integer, base.Unit
	case e.Agg != "":
		out.Unit = base.Unit
	case e.Bucket != "":
		out.Type = base.Type
	default:
		c := *base.Column
		c.Name = out.Name
		return c
	}
	if e.Agg != "" {
		out.Synonyms = []string{strings.Join(base.words, " ")}
	}
	return out
}

// mini is a planner for one table that shares what this one knows of English.
func (p *Planner) mini(t catalog.Table) *Planner {
	m := &Planner{data: &catalog.Dataset{ID: p.data.ID, Tables: []catalog.Table{t}}, lex: p.lex, units: map[string]bool{}}
	m.loadSchema()
	m.measureHops()
	m.buildIndex()
	return m
}
