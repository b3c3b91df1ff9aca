package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// countColumn returns a mention of the subject's own column that holds the
// number of what it names, such as "number_of_employees" for "employees"; nil
// when there is none.
func (ps *parser) countColumn(it *item) *item {
	if ps.in.subject == nil {
		return nil
	}
	subject := ps.in.subject.tabs[0].ref.table
	for _, l := range it.cols {
		c := ps.p.column(l.ref)
		if l.ref.table != subject || !c.Type.Numeric() || c.id {
			continue
		}
		counts := slices.ContainsFunc(c.words, func(w string) bool {
			return w == "number" || w == "count" || w == "no" || w == "num" || w == "total" || w == "quantity"
		})
		if counts {
			found := *it
			found.tabs, found.cols = nil, []link{l}
			return &found
		}
	}
	return nil
}

// amountCounted reports "average number of medals" over a column that holds the
// number of medals: the aggregation is of the column.
func (ps *parser) amountCounted(c *column) bool {
	if len(ps.aggs) == 0 || ps.super != nil || ps.distinct != nil || !c.Type.Numeric() || c.id || c.year {
		return false
	}
	return ps.aggs[0] != plan.Sum
}
