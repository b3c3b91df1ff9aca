package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// shape settles what kind of question this is before anything is written:
// which superlatives are maxima, what is grouped, what a bare subject lists.
func (d *draft) shape() {
	in := d.in
	d.extremes()
	d.superlativeOutputs()
	for _, s := range in.sorts {
		if s.term == nil {
			d.topMeasure(s)
		}
	}
	d.picture()
	if in.distribution && len(in.groups) == 0 && len(in.outs) == 1 && !in.outs[0].aggregated() {
		in.groups, in.outs = in.outs, nil
		in.counted = true
	}
	if in.trend && !slices.ContainsFunc(in.groups, func(t *term) bool { return t.bucket != "" || t.part != "" }) {
		in.groups = append(in.groups, &term{role: asColumn, bucket: d.bucketFor(), implicit: true})
	}
	d.overTime()
	d.bareMeasure()
	d.besideEachOther()
	d.resolveBuckets()
	d.rankedEntities()
	d.groupListing()
	d.axisOrder()
	ranked := slices.ContainsFunc(in.sorts, func(s *sorter) bool { return s.term != nil && s.term.aggregated() })
	if len(in.groups) > 0 && len(in.outs) == 0 && in.share == nil && !ranked {
		in.outs = append(in.outs, &term{role: asRows, agg: plan.Count, implicit: true})
		restricted := slices.ContainsFunc(in.conds, func(c *condition) bool { return c.left != nil && c.left.aggregated() })
		if in.subject == nil && !in.counted && len(in.sorts) == 0 && in.chart == "" && !restricted {
			in.punish(0.8, "counted rows")
		}
	}
}

// bareMeasure adds up an amount that is asked for without saying how: "revenue in
// May". Other numbers on their own are not worth a guess.
func (d *draft) bareMeasure() {
	in := d.in
	if len(in.outs) != 1 || in.subject != nil || len(in.groups) > 0 || len(in.sorts) > 0 || in.limit > 0 || in.distinct || in.chart != "" || in.trend {
		return
	}
	t := in.outs[0]
	if t.role != asColumn || t.aggregated() || t.link.score == 0 {
		return
	}
	c := d.p.column(t.link.ref)
	onlyDates := !slices.ContainsFunc(in.conds, func(c *condition) bool { return c.period == nil })
	if !c.Type.Numeric() || c.id || c.year || c.unique && !additive(c) || !onlyDates {
		return
	}
	if additive(c) {
		t.agg, t.guessed = plan.Sum, true
		in.punish(0.9, "added up")
		return
	}
	in.punish(0.6, "aggregation not named")
}

// besideEachOther gives each of the values a question compares a row of its own:
// "compare the revenue of A and B" does not ask for one number of both.
func (d *draft) besideEachOther() {
	in := d.in
	if d.drawing == nil || !d.drawing.beside || len(in.groups) > 0 || len(in.outs) == 0 || in.share != nil || in.course != nil {
		return
	}
	var compared *condition
	for _, c := range in.conds {
		if len(c.values) < 2 || c.no || c.all || c.inside || c.left == nil || c.left.aggregated() {
			continue
		}
		if compared != nil {
			return
		}
		compared = c
	}
	if compared == nil {
		return
	}
	if t := in.outs[0]; len(in.outs) == 1 && in.subject == nil && t.role == asColumn && !t.aggregated() && t.link.score > 0 && additive(d.p.column(t.link.ref)) {
		t.agg, t.guessed = plan.Sum, true
		in.punish(0.9, "added up")
	}
	if !slices.ContainsFunc(in.outs, func(t *term) bool { return !t.aggregated() }) {
		in.groups = append(in.groups, &term{role: asColumn, link: compared.left.link, implicit: true})
	}
}

// superlativeOutputs turns "what is the highest price" into an aggregation.
func (d *draft) superlativeOutputs() {
	in := d.in
	listing := slices.ContainsFunc(in.outs, func(t *term) bool { return !t.aggregated() })
	aggregating := slices.ContainsFunc(in.outs, func(t *term) bool { return t.aggregated() })
	var keep []*sorter
	for _, s := range in.sorts {
		t := s.term
		plain := s.superlative && t != nil && t.role != asHint && t.agg == "" && t.it != nil && t.link.score > 0
		before := in.subject != nil && t != nil && t.it != nil && in.subject.from < t.it.from
		if plain && !listing && aggregating && !d.joinedByAnd(t.it) {
			in.punish(0.35, "a superlative within a count")
		}
		if plain && !in.who && !listing && (!before || aggregating) && in.limit <= 1 {
			t.agg = plan.Min
			if s.desc {
				t.agg = plan.Max
			}
			in.outs = append(in.outs, t)
			in.counted = true
			continue
		}
		keep = append(keep, s)
	}
	if len(keep) == 0 && len(in.sorts) > 0 {
		in.limit = 0
	}
	in.sorts = keep
}

// joinedByAnd reports that the mention's superlative follows an "and" or comma:
// "the average and the highest price".
func (d *draft) joinedByAnd(it *item) bool {
	at := slices.Index(d.items, it)
	for k := at; k > 0 && k > at-3; k-- {
		if d.items[k].breaks || d.items[k-1].is("and") {
			return true
		}
	}
	return at < 0
}

// topMeasure finds what "top 5 products" without a measure may go by.
func (d *draft) topMeasure(s *sorter) {
	for _, o := range d.in.outs {
		if o.aggregated() {
			s.term = o
			return
		}
	}
	d.fail("nothing to rank by")
}

// bucketFor chooses the grain of a trend from the range of the date column.
func (d *draft) bucketFor() plan.Bucket {
	l, ok := d.dateColumn(nil)
	if !ok {
		return plan.Year
	}
	c := d.p.column(l.ref)
	if c.year {
		return plan.Year
	}
	if c.Profile == nil || len(c.Profile.Min) < 10 || len(c.Profile.Max) < 10 {
		return plan.Month
	}
	pd1, n1 := isoPeriod([]token{{lower: c.Profile.Min[:10]}})
	pd2, n2 := isoPeriod([]token{{lower: c.Profile.Max[:10]}})
	if n1 == 0 || n2 == 0 {
		return plan.Month
	}
	switch days := pd2.start.Sub(pd1.start).Hours() / 24; {
	case days <= 3:
		return plan.Hour
	case days <= 62:
		return plan.Day
	case days <= 6*366:
		return plan.Month
	}
	return plan.Year
}

// resolveBuckets gives every bucket its date column. A table with a plain
// column for the unit, such as "month" or "year", is grouped by that instead.
func (d *draft) resolveBuckets() {
	for _, g := range d.in.groups {
		if g.bucket == "" && g.part == "" || g.link.score > 0 {
			continue
		}
		if l, ok := d.dateColumn(nil); ok && d.p.column(l.ref).Type.Temporal() {
			g.link = l
			d.use(l)
			continue
		} else if ok && g.bucket == plan.Year {
			g.link, g.bucket = l, ""
			d.use(l)
			continue
		}
		if l, ok := d.unitColumn(g); ok {
			g.link, g.bucket, g.part = l, "", ""
			d.use(l)
			continue
		}
		d.fail("no date to group by")
	}
	// A date column as a plain group key is put into buckets.
	for _, g := range d.in.groups {
		if g.role == asColumn && g.bucket == "" && g.part == "" && g.link.score > 0 {
			if c := d.p.column(g.link.ref); c.Type == catalog.Timestamp && !g.implicit {
				g.bucket = plan.Day
			}
		}
	}
}

// unitColumn finds a plain column for the unit: "month", or "day" where it holds
// days of the week.
func (d *draft) unitColumn(g *term) (link, bool) {
	if d.main < 0 {
		return link{}, false
	}
	tables := []int{d.main}
	for i := range d.p.tables {
		if i != d.main && (d.mentioned[i] || d.used[i] > 0) {
			tables = append(tables, i)
		}
	}
	for _, ti := range tables {
		for _, c := range d.p.tables[ti].columns {
			if c.holdsUnit(g) {
				return link{ref: c.ref, score: 0.9, why: "unit"}, true
			}
		}
	}
	return link{}, false
}

// holdsUnit reports a column that says itself what a bucket or part would be taken
// out of a date for.
func (c *column) holdsUnit(g *term) bool {
	switch {
	case g.bucket != "":
		return slices.Contains(c.words, string(g.bucket))
	case g.part == plan.DayOfWeek:
		return slices.Contains(c.words, "weekday") || slices.Contains(c.words, "day") && c.Type == catalog.Text
	case g.part == plan.MonthOfYear:
		return slices.Contains(c.words, "month")
	case g.part == plan.QuarterOfYear:
		return slices.Contains(c.words, "quarter")
	case g.part == plan.HourOfDay:
		return slices.Contains(c.words, "hour")
	case g.part == plan.YearPart:
		return slices.Contains(c.words, "year")
	}
	return false
}

// rankedEntities adds up what things are ranked by that several rows are about:
// the top five customers by revenue are not the customers of the five largest
// orders. What is asked for by its identifier, or singled out, is left as it is.
func (d *draft) rankedEntities() {
	in := d.in
	if in.limit < 2 || len(in.groups) > 0 || len(in.outs) != 1 || len(in.sorts) != 1 || in.sorts[0].term == nil {
		return
	}
	of, by := in.outs[0], in.sorts[0].term
	if of.role != asColumn || of.aggregated() || by.role != asColumn || by.aggregated() || by.link.ref.col < 0 || by.link.ref.table != of.link.ref.table {
		return
	}
	thing, amount := d.p.column(of.link.ref), d.p.column(by.link.ref)
	if !thing.id || thing.unique || namesIdentifier(of) || !amount.Type.Numeric() || amount.id || !additive(amount) {
		return
	}
	by.agg, by.guessed = plan.Sum, true
	in.punish(0.92, "added up")
}

// groupListing handles outputs that stand beside aggregates or group keys:
// "which category has the most orders", "the name and average age of".
func (d *draft) groupListing() {
	in := d.in
	aggregates := slices.ContainsFunc(in.outs, func(t *term) bool { return t.aggregated() }) ||
		slices.ContainsFunc(in.sorts, func(s *sorter) bool { return s.term != nil && s.term.aggregated() }) ||
		slices.ContainsFunc(in.conds, func(c *condition) bool { return c.left != nil && c.left.aggregated() })
	explicit := len(in.groups) > 0
	d.measuresOfGroups()
	d.withinGroups(aggregates)
	var outs []*term
	for _, t := range in.outs {
		if t.aggregated() || !aggregates && !explicit {
			outs = append(outs, t)
			continue
		}
		if d.groupedMeasure(t, aggregates) {
			outs = append(outs, t)
			continue
		}
		if !slices.ContainsFunc(in.groups, func(g *term) bool { return g.link.ref == t.link.ref && g.bucket == "" }) {
			t.listed = true
			in.groups = append(in.groups, t)
		}
		if explicit && !aggregates {
			in.punish(0.75, "listed values per group")
		}
	}
	in.outs = outs
	if aggregates && len(in.groups) == 0 && in.subject != nil && d.subjectGrouped() {
		in.groups = append(in.groups, &term{role: asTable, it: in.subject, link: link{ref: ref{in.subject.tabs[0].ref.table, -1}, score: in.subject.tabs[0].score}})
	}
}

// groupedMeasure makes "price by category" an average, which is a guess, and
// reports whether it did.
func (d *draft) groupedMeasure(t *term, aggregates bool) bool {
	if len(d.in.groups) == 0 || aggregates || t.role == asTable {
		return false
	}
	if t.role == asSpan {
		t.agg, t.guessed = plan.Avg, true
		return true
	}
	c := d.p.column(t.link.ref)
	if !c.Type.Numeric() || c.id || c.year {
		return false
	}
	t.agg, t.guessed = plan.Avg, true
	if additive(c) {
		t.agg = plan.Sum
		d.in.punish(0.92, "added up")
		return true
	}
	d.in.punish(d.p.lex.weights["guess_aggregate"], "aggregation not named")
	return true
}

// additive guesses whether a column is summed rather than averaged: money and
// amounts are, rates, scores, temperatures and the like are not.
func additive(c *column) bool {
	words := slices.Clone(c.words)
	for _, s := range c.Synonyms {
		words = append(words, splitName(s)...)
	}
	for _, w := range words {
		switch w {
		case "amount", "total", "revenue", "sales", "quantity", "gross", "profit", "cost", "spend", "count", "budget", "income", "turnover":
			return true
		}
	}
	return false
}

// subjectGrouped reports that the subject is one row per result: it is ranked or
// restricted by an aggregate rather than being what is counted.
func (d *draft) subjectGrouped() bool {
	in := d.in
	si := in.subject.tabs[0].ref.table
	for _, s := range in.sorts {
		if s.term != nil && s.term.aggregated() {
			return s.term.role != asTable || s.term.link.ref.table != si
		}
	}
	for _, c := range in.conds {
		if c.left != nil && c.left.aggregated() {
			return (c.left.role != asTable || c.left.link.ref.table != si) && len(in.outs) == 0
		}
	}
	return false
}
