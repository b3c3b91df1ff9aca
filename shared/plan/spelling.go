package plan

import (
	"slices"
	"strings"
)

// respell replaces the accepted spellings of operators, aggregations and the
// other closed words by the canonical ones. Words it does not know stay as they
// are, for Validate to name.
func (q *Query) respell() {
	for _, e := range q.Exprs() {
		e.respell()
	}
	for _, f := range q.Conditions() {
		f.Op = FilterOp(spell(string(f.Op), filterOpSpellings(), words(FilterOps())))
		if f.Period != nil {
			f.Period.Unit = Bucket(lower(string(f.Period.Unit)))
		}
	}
	for _, o := range q.Orders() {
		o.Direction = direction(o.Direction)
	}
	for _, p := range q.Plans() {
		if p.Top != nil {
			p.Top.Direction = direction(p.Top.Direction)
		}
		for i := range p.Joins {
			p.Joins[i].Type = lower(p.Joins[i].Type)
		}
	}
}

func (e *Expr) respell() {
	e.Op = Op(spell(string(e.Op), nil, words(Ops())))
	e.Unit = lower(e.Unit)
	e.Read = Read(lower(string(e.Read)))
	e.Bucket = Bucket(lower(string(e.Bucket)))
	e.Part = Part(spell(string(e.Part), nil, words(Parts())))
	e.Agg = Agg(spell(string(e.Agg), map[string]string{"mean": string(Avg), "average": string(Avg)}, words(Aggs())))
	if e.Window != nil {
		e.Window.Kind = WindowKind(spell(string(e.Window.Kind), nil, words(WindowKinds())))
	}
}

// filterOpSpellings are the spellings that differ in more than case and in the
// spaces, hyphens and underscores between words; keys are folded.
func filterOpSpellings() map[string]string {
	return map[string]string{
		"==": string(Equal), "<>": string(NotEqual),
		"isnotnull": string(NotNull),
	}
}

// spell returns the word of known that s spells, by an extra spelling or by
// leaving case, spaces, hyphens and underscores aside, or s itself.
func spell(s string, extra map[string]string, known []string) string {
	if s == "" || slices.Contains(known, s) {
		return s
	}
	f := fold(s)
	if w, ok := extra[f]; ok {
		return w
	}
	for _, w := range known {
		if fold(w) == f {
			return w
		}
	}
	return s
}

// fold drops what does not tell words apart. "-" alone is an operator.
func fold(s string) string {
	if len(s) == 1 {
		return s
	}
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(lower(s))
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func direction(s string) string {
	switch d := lower(s); d {
	case "ascending":
		return Asc
	case "descending":
		return Desc
	default:
		return d
	}
}

// words turns a table of a closed type into strings.
func words[T ~string](table []T) []string {
	out := make([]string, len(table))
	for i, w := range table {
		out[i] = string(w)
	}
	return out
}

// nearestField finds the field someone who wrote name meant: by what other
// query languages call it, or by spelling.
func nearestField(name string, fields []string) string {
	f := fold(name)
	others := map[string][]string{
		"agg":        {"aggregation", "aggregate", "aggfunc", "function", "func"},
		"column":     {"field", "col", "dimension", "measure"},
		"as":         {"alias", "label", "name"},
		"op":         {"operator", "comparison"},
		"filters":    {"where", "filter", "conditions"},
		"where":      {"filter", "filters"},
		"group_by":   {"group", "groupings", "dimensions"},
		"order_by":   {"order", "sort", "sortby"},
		"direction":  {"dir", "desc", "descending", "asc"},
		"by":         {"column", "field"},
		"select":     {"columns", "measures", "metrics", "fields"},
		"table":      {"from", "source"},
		"limit":      {"take", "maxrows", "rows"},
		"with":       {"ctes", "cte", "subqueries"},
		"bucket":     {"granularity", "grain", "datetrunc", "timegrain", "interval"},
		"value":      {"values", "literal"},
		"n":          {"limit", "count", "k"},
		"per":        {"partitionby", "groupby", "group"},
		"percentile": {"quantile", "fraction"},
	}
	best, cost := "", 6
	for _, c := range fields {
		if fold(c) == f || slices.Contains(others[c], f) {
			return c
		}
		d := edits(f, fold(c))
		if d >= len(f) {
			continue
		}
		// Twice the distance, so that an equal first letter decides ties.
		d *= 2
		if f[0] == c[0] {
			d--
		}
		if d < cost {
			best, cost = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance, enough for the few short field names here.
// Package catalog has the distance for names from data.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
