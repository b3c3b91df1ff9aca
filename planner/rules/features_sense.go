package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// senseFeatures compares what was asked for with what the plan shows: a person
// for "who", a time for "when", a number for "how many", and more than the value
// the question itself gave.
func (d *draft) senseFeatures(f *features) {
	q := d.query
	var texts, numbers, times, aggregates, distinct, echoes, overText float64
	for _, list := range [][]plan.Expr{q.GroupBy, q.Select} {
		for i := range list {
			e := &list[i]
			c := d.shown(e)
			switch {
			case isAggregate(e) || e.Window != nil:
				aggregates++
				if e.Agg == plan.CountDistinct {
					distinct++
				}
				if c != nil && c.Type == catalog.Text && e.Agg != plan.Count {
					overText++
				}
			case c == nil:
			case c.Type.Temporal() || c.year || e.Bucket != "" || e.Part != "":
				times++
			case c.Type.Numeric() && !c.id:
				numbers++
			default:
				texts++
			}
			if c != nil && d.given(e.Column) {
				echoes++
			}
		}
	}
	f.add("shows_text", texts)
	f.add("shows_numbers", numbers)
	f.add("shows_times", times)
	f.add("shows_aggregates", aggregates)
	f.add("counts_distinct", distinct)
	f.add("echoes", echoes)
	f.add("over_text", overText)
	asked := func(c class) bool { return slices.ContainsFunc(d.items, func(it *item) bool { return it.is(c) }) }
	word := func(w string) bool { return slices.ContainsFunc(d.items, func(it *item) bool { return it.word == w }) }
	f.is("who_without", asked("who") && texts == 0)
	f.is("when_without", word("when") && times == 0)
	f.is("where_without", word("where") && texts == 0)
	f.is("which_without", asked("which") && texts+times == 0)
	f.is("many_without", asked("count") && aggregates+numbers == 0)
	f.is("only_filtered", len(q.Filters) > 0 && len(q.Select)+len(q.GroupBy) == 1)
}

// shown is the column an expression of the plan reads, or nil.
func (d *draft) shown(e *plan.Expr) *column {
	tn, cn, qualified := strings.Cut(e.Column, ".")
	t := d.main
	switch {
	case e.Column == "":
		return nil
	case !qualified:
		cn = tn
	default:
		t = d.p.findTable(tn)
	}
	if t < 0 || t >= len(d.p.tables) {
		return nil
	}
	if i := d.p.findColumn(t, cn); i >= 0 {
		return d.p.tables[t].columns[i]
	}
	return nil
}

// given reports that the plan keeps one value of the column only.
func (d *draft) given(name string) bool {
	return slices.ContainsFunc(d.query.Filters, func(f plan.Filter) bool { return f.Op == plan.Equal && f.Column == name })
}
