package rules

import (
	"slices"
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
