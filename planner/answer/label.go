package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// shownFields is how many columns of plain rows a label names.
const shownFields = 4

// Label says in a few words what a plan answers, in the words a person would ask
// with: "Number of orders per status, where order_date is in 2025". The sentence of
// the plan says it exactly. st is the statement the plan compiles to.
func Label(q *plan.Query, st *compile.Statement, d *catalog.Dataset, asked event.Asked, asOf time.Time) string {
	w := wording{Input{Dataset: d, Asked: asked, Plan: q, Statement: st, AsOf: asOf}}
	s := shape{plan: q}
	for _, c := range described(q, st) {
		s.add(c)
	}
	label := w.subject(s)
	if where := sentence.Conditions(q, d, asOf); where != "" {
		label += ", where " + where
	}
	if q.Limit > 0 {
		label += ", the " + firstOnes(q, s.keys, s.measures)
	}
	return upper(label)
}

// firstOnes words how many rows a plan keeps, and by what: "5 highest".
func firstOnes(q *plan.Query, keys, measures []column) string {
	way := "first"
	for _, c := range keys {
		if len(q.OrderBy) > 0 && c.role == compile.Time && (strings.EqualFold(q.OrderBy[0].By, c.name) || c.of != nil && strings.EqualFold(q.OrderBy[0].By, c.of.Column)) {
			way = map[bool]string{true: "newest", false: "oldest"}[q.OrderBy[0].Direction == plan.Desc]
		}
	}
	if len(q.OrderBy) > 0 && slices.ContainsFunc(measures, func(c column) bool {
		o := q.OrderBy[0]
		return o.By != "" && (strings.EqualFold(o.By, c.name) || c.of != nil && strings.EqualFold(o.By, c.of.Column))
	}) {
		way = map[bool]string{true: "highest", false: "lowest"}[q.OrderBy[0].Direction == plan.Desc]
	}
	if q.Limit == 1 {
		return way
	}
	if way == "first" {
		return way + " " + strconv.Itoa(q.Limit)
	}
	return strconv.Itoa(q.Limit) + " " + way
}

// subject words what is measured and by what, or which rows are shown.
func (n wording) subject(s shape) string {
	switch {
	case !s.grouped():
		columns := append(s.keys, s.measures...)
		label := plural(n.things())
		if fields := n.list(columns); len(columns) <= shownFields {
			label = fields + " of " + label
		}
		return label
	case len(s.measures) == 0:
		return "different " + n.list(s.keys)
	case len(s.keys) == 0:
		return n.list(s.measures)
	}
	return n.list(s.measures) + " per " + n.list(s.keys)
}

func (n wording) list(columns []column) string {
	words := make([]string, len(columns))
	for i, c := range columns {
		words[i] = n.column(c)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
