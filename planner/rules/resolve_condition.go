package rules

import (
	"slices"
)

// resolveCondition chooses the column of a condition's value.
func (d *draft) resolveCondition(c *condition) {
	switch {
	case c.raw != nil, c.exists != nil:
	case len(c.values) > 0:
		d.resolveValues(c)
	case c.truth:
		l, ok := d.pick(c.left.it, want{truth: true})
		if !ok || d.p.column(l.ref).truth == nil {
			d.fail("not a yes/no column")
			return
		}
		c.left.link = l
		d.use(l)
	case c.period != nil:
		d.resolvePeriod(c)
	}
}

func (d *draft) resolveValues(c *condition) {
	type scored struct {
		ref   ref
		score float64
	}
	var all []scored
	for _, v := range c.values {
		s := v.score + d.fit(c.left.it, v, want{}) + d.directed(v.ref, c.after)
		if i := slices.IndexFunc(all, func(x scored) bool { return x.ref == v.ref }); i < 0 {
			all = append(all, scored{v.ref, s})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		switch {
		case a.score > b.score+1e-9:
			return -1
		case b.score > a.score+1e-9:
			return 1
		}
		return 0
	})
	best := all[0]
	if len(all) > 1 && best.score-all[1].score < 0.04 && !d.p.same(best.ref, all[1].ref) {
		d.ambiguous++
		if d.ambiguous == d.choose {
			best = all[1]
		}
		d.tied = true
		d.in.punish(d.p.lex.weights["ambiguous_column"], "several columns hold "+c.left.it.text)
	}
	c.values = slices.DeleteFunc(slices.Clone(c.values), func(v link) bool { return v.ref != best.ref })
	c.left = &term{role: asColumn, it: c.left.it, link: link{ref: best.ref, score: c.values[0].score, why: "value"}}
	d.use(c.left.link)
}

// resolvePeriod finds the date column, or year column, that a period restricts.
func (d *draft) resolvePeriod(c *condition) {
	if c.left != nil && c.left.link.score > 0 {
		col := d.p.column(c.left.link.ref)
		if col.Type.Temporal() || len(c.numbers) > 0 && col.Type.Numeric() {
			return
		}
		d.fail("not a date: " + col.Name)
		return
	}
	l, ok := d.dateColumn(c)
	if !ok {
		d.fail("no date to compare with")
		return
	}
	c.left = &term{role: asColumn, link: l, implicit: true}
	d.use(l)
}

// dateColumn picks the date column a bare period means: of the main table, then
// of the tables in use, then of neighbours.
func (d *draft) dateColumn(c *condition) (link, bool) {
	if d.in.dateHint != nil {
		if l, ok := d.pick(d.in.dateHint, want{temporal: true}); ok && d.p.column(l.ref).Type.Temporal() {
			return l, true
		}
	}
	tables := []int{d.main}
	if c != nil {
		if t := d.tableBefore(c.after); t >= 0 && t != d.main && len(d.p.tables[t].dates) > 0 {
			tables = []int{t, d.main}
		}
	}
	for i := range d.p.tables {
		if i != d.main && !slices.Contains(tables, i) && (d.mentioned[i] || d.used[i] > 0) {
			tables = append(tables, i)
		}
	}
	if d.main >= 0 {
		for _, s := range d.p.stepsFrom(d.main) {
			if !s.down && !slices.Contains(tables, s.target()) {
				tables = append(tables, s.target())
			}
		}
	}
	for n, ti := range tables {
		if ti < 0 {
			continue
		}
		t := d.p.tables[ti]
		score := 0.95 - 0.05*float64(min(n, 4))
		if len(t.dates) > 0 {
			return link{ref: ref{ti, t.dates[0]}, score: score, why: "date"}, true
		}
		if c == nil || len(c.numbers) > 0 {
			for _, col := range t.columns {
				if col.year {
					return link{ref: col.ref, score: score, why: "year"}, true
				}
			}
		}
	}
	return link{}, false
}

// tableBefore is the table named right before a token: the concerts of "in a
// concert before 2024"; -1 when there is none.
func (d *draft) tableBefore(token int) int {
	at := slices.IndexFunc(d.items, func(x *item) bool { return x.from <= token && token < x.to })
	for k := at - 1; k >= 0 && k >= at-3; k-- {
		x := d.items[k]
		if x.kind == kName {
			if len(x.tabs) > 0 && top(x.tabs) > 0.9 && top(x.tabs) >= top(x.cols) {
				return x.tabs[0].ref.table
			}
			return -1
		}
		if x.kind != kFunction && !x.is("when") {
			return -1
		}
	}
	return -1
}
