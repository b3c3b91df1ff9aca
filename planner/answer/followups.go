package answer

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// followUpCount is how many follow-ups an answer offers.
const followUpCount = 3

// followUps are questions one step away from this one: the same measure over
// time, by another dimension, and only its largest groups; what is missing is
// filled from the dataset's own prompts.
func followUps(in Input) []string {
	var out []string
	add := func(q string) {
		same := strings.EqualFold(q, in.Asked.Request.Question)
		if q != "" && !same && len(out) < followUpCount && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	if in.Plan != nil {
		if t := in.Dataset.Table(in.Plan.Table); t != nil {
			m := measurePhrase(in.Plan, t)
			add(overTimeQuestion(in.Plan, t, m))
			for _, c := range otherDimensions(in.Plan, t) {
				add(m + " by " + humanise(c.Name))
			}
		}
	}
	for _, p := range in.Dataset.Prompts {
		add(p)
	}
	return out
}

// measurePhrase words the plan's first measure; a plan without one counts rows.
func measurePhrase(q *plan.Query, t *catalog.Table) string {
	for _, e := range q.Select {
		if e.Window != nil || e.Agg == "" || e.Of != nil || len(e.Where) > 0 {
			continue
		}
		_, column, qualified := strings.Cut(e.Column, ".")
		if !qualified {
			column = e.Column
		}
		word := map[plan.Agg]string{
			plan.Sum: "Total", plan.Avg: "Average", plan.Min: "Lowest", plan.Max: "Highest",
			plan.Median: "Median", plan.CountDistinct: "Number of different",
		}[e.Agg]
		if word != "" && column != "" && t.Column(column) != nil {
			return word + " " + humanise(column)
		}
	}
	return "Number of " + humanise(t.Name)
}

// overTimeQuestion is empty when the plan is over time already.
func overTimeQuestion(q *plan.Query, t *catalog.Table, measure string) string {
	for _, e := range append(slices.Clone(q.GroupBy), q.Select...) {
		if e.Bucket != "" {
			return ""
		}
	}
	if !slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return c.Type.Temporal() }) {
		return ""
	}
	return measure + " by month"
}

// otherDimensions are columns worth grouping by that the plan does not use.
func otherDimensions(q *plan.Query, t *catalog.Table) []catalog.Column {
	used := map[string]bool{}
	for _, e := range append(slices.Clone(q.GroupBy), q.Select...) {
		name := e.Column[strings.LastIndexByte(e.Column, '.')+1:]
		used[strings.ToLower(name)] = true
	}
	var out []catalog.Column
	for _, c := range t.Columns {
		groups := c.Profile != nil && c.Profile.Distinct >= 2 && c.Profile.Distinct <= 30
		if groups && (c.Type == catalog.Text || c.Type == catalog.Boolean) && !used[strings.ToLower(c.Name)] {
			out = append(out, c)
		}
	}
	return out
}
