package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// group reads "for each X and Y".
func (ps *parser) group(i int) int {
	ps.settleCount()
	if next := ps.at(i + 1); ps.items[i].word == "across" && next != nil && next.kind == kName && ps.tableLike(next) {
		return 1 // "across all shops" is all of them, not one by one
	}
	n := ps.groupKeys(i + 1)
	if n == 0 {
		if ps.items[i].text == "each" || ps.items[i].text == "every" {
			return 1
		}
		return 0
	}
	return 1 + n
}

// by reads "by X": the measure of a pending "top 5", else group keys, else a
// value as in "directed by Ann Lee".
func (ps *parser) by(i int) int {
	if ps.sortBy {
		ps.sortBy = false
		return ps.sort(i)
	}
	if ps.super != nil && ps.super.top || ps.topWithoutMeasure() {
		if n := ps.measure(i + 1); n > 0 {
			return 1 + n
		}
	}
	if next := ps.at(i + 1); next != nil && (next.kind == kName && ps.isValue(i+1) || ps.participle(ps.before(i)) && (next.is("cmp") || next.kind == kNumber || next.is("only"))) {
		ps.section = filtering
		return 1 // "directed by Ann Lee", "used by more than one document"
	}
	if ps.doneBy(i) {
		ps.section = filtering
		return 1
	}
	ps.settleCount()
	n := ps.groupKeys(i + 1)
	if n == 0 {
		if next := ps.at(i + 1); next.is("agg") && len(ps.in.outs)+len(ps.in.groups) == 1 && !ps.in.counted {
			return 1 // "categories by average price": the measure of each
		}
		return 0
	}
	return 1 + n
}

// doneBy reports "owned by students": who does it, not one group for each. In the
// singular, "placed by customer" asks for groups.
func (ps *parser) doneBy(i int) bool {
	prev, next := ps.at(i-1), ps.at(i+1)
	if prev == nil || next == nil || prev.kind == kLexicon || next.kind != kName || !ps.tableLike(next) || !ps.participle(prev) {
		return false
	}
	if ps.neg != nil {
		return true // "not used by any document"
	}
	words := strings.Fields(strings.ToLower(next.text))
	last := words[len(words)-1]
	return ps.p.lex.lemma(last) != last
}

// before is the item before i, or an empty one.
func (ps *parser) before(i int) *item {
	if prev := ps.at(i - 1); prev != nil {
		return prev
	}
	return &item{}
}

// settleCount counts rows when a group follows "count" at once: "count by
// origin".
func (ps *parser) settleCount() {
	if ps.count == nil || ps.super != nil || len(ps.aggs) > 0 {
		return
	}
	ps.count = nil
	ps.in.outs = append(ps.in.outs, &term{role: asRows, agg: plan.Count})
	ps.in.counted = true
}

// topWithoutMeasure reports a "top 5 products" that waits for "by revenue".
func (ps *parser) topWithoutMeasure() bool {
	n := len(ps.in.sorts)
	return n > 0 && ps.in.sorts[n-1].term == nil
}

// measure reads the key a top-N or a sort goes by.
func (ps *parser) measure(i int) int {
	t, n := ps.measureTerm(i)
	if t == nil {
		return 0
	}
	if ps.topWithoutMeasure() {
		s := ps.in.sorts[len(ps.in.sorts)-1]
		s.term = t
		t.numeric = true
		return n
	}
	if ps.super != nil {
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: ps.super.desc, superlative: true})
		ps.setLimit(ps.super)
		ps.super = nil
		return n
	}
	return 0
}

// measureTerm reads [aggregation] column or count of table.
func (ps *parser) measureTerm(i int) (*term, int) {
	j := ps.skip(i)
	var agg plan.Agg
	count := false
	for it := ps.at(j); it != nil && (it.is("agg") || it.is("count") || it.is("distinct") || it.kind == kFunction); it = ps.at(j) {
		if it.is("agg") {
			agg = plan.Agg(it.payload)
		}
		count = count || it.is("count")
		j++
	}
	it := ps.at(j)
	switch {
	case it == nil || it.kind != kName || len(it.cols)+len(it.tabs) == 0:
		if count || it.is("countword") {
			return &term{role: asRows, agg: plan.Count}, j - i + 1
		}
		return nil, 0
	case count && len(it.cols) > 0 && !ps.tableLike(it) && ps.p.column(it.cols[0].ref).Type == catalog.Boolean:
		ps.addCondition(j, &condition{left: &term{role: asColumn, it: it}, truth: true, op: plan.Equal, after: it.from})
		return &term{role: asRows, agg: plan.Count}, j - i + 1
	case count || ps.tableLike(it) && agg != plan.Avg:
		t := &term{role: asTable, it: it, agg: plan.Count}
		if !ps.tableLike(it) {
			t.role, t.agg = asColumn, plan.CountDistinct
			if c := ps.p.column(it.cols[0].ref); c.Type.Numeric() && !c.id {
				t.agg, t.numeric = plan.Sum, true
			}
		} else {
			ps.mentionTable(it)
		}
		ps.note(j, t)
		return t, j - i + 1
	case len(it.cols) == 0:
		return nil, 0
	}
	t := &term{role: asColumn, it: it, agg: agg, numeric: agg != ""}
	ps.note(j, t)
	return t, j - i + 1
}

// groupKeys reads a list of group keys and returns the items taken.
func (ps *parser) groupKeys(i int) int {
	j, found := i, 0
	for {
		k := j
		for ps.at(k) != nil && (ps.at(k).kind == kFunction && found == 0 || ps.at(k).is("distinct") || ps.at(k).is("group") || ps.at(k).is("both") || ps.at(k).is("by") && found > 0) {
			k++
		}
		if ps.countsColumn(k) {
			k++
		}
		it := ps.at(k)
		t := ps.groupKey(it)
		if t == nil {
			break
		}
		ps.in.groups = append(ps.in.groups, t)
		if t.role == asTable {
			ps.mentionTable(it)
		}
		ps.note(k, t)
		found++
		j = k + 1
		next, after := ps.at(j), ps.at(j+1)
		switch {
		case next.is("and") && ps.listGoesOn(after):
			j++
		case next != nil && next.breaks && ps.listGoesOn(next) && next.kind != kLexicon:
		default:
			return j - i
		}
	}
	if found == 0 {
		return 0
	}
	return j - i
}

// countsColumn reports "number of rooms" where a column holds that number.
func (ps *parser) countsColumn(i int) bool {
	it, next := ps.at(i), ps.at(i+1)
	return it.is("count") && next != nil && next.kind == kName && len(next.cols) > 0 && !ps.tableLike(next) && ps.numericName(next)
}

// listGoesOn decides whether a name after "and" is one more group key: not when
// it is a measure.
func (ps *parser) listGoesOn(it *item) bool {
	t := ps.groupKey(it)
	if t == nil || t.role != asColumn || t.bucket != "" || t.part != "" {
		return t != nil
	}
	c := ps.p.column(it.cols[0].ref)
	return !c.Type.Numeric() || c.year || c.Profile != nil && c.Profile.Distinct < 30
}

func (ps *parser) groupKey(it *item) *term {
	if it == nil {
		return nil
	}
	if it.kind == kLexicon && it.class == "bucket" {
		return &term{role: asColumn, bucket: plan.Bucket(it.payload), it: it}
	}
	if it.kind == kLexicon && it.class == "part" {
		return &term{role: asColumn, part: plan.Part(it.payload), it: it}
	}
	if it.kind == kName && len(it.tabs)+len(it.cols) > 0 {
		if ps.tableLike(it) && !ps.exactColumn(it) {
			return &term{role: asTable, it: it}
		}
		return &term{role: asColumn, it: it}
	}
	if u, ok := unitOf(it.word); ok && it.to-it.from == 1 && (it.kind == kUnknown || it.kind == kLexicon || it.kind == kStop) {
		return &term{role: asColumn, bucket: u, it: it}
	}
	return nil
}

// exactColumn reports a plain text column that has the table's name.
func (ps *parser) exactColumn(it *item) bool {
	return len(it.cols) > 0 && it.cols[0].score > 0.97 && it.cols[0].score >= top(it.tabs)+0.02
}

// bucket reads "monthly", "over time", "by day of week".
func (ps *parser) bucket(i int) int {
	it := ps.items[i]
	switch it.class {
	case "trend":
		ps.in.trend = true
		return 1
	case "part":
		ps.in.groups = append(ps.in.groups, &term{role: asColumn, part: plan.Part(it.payload), it: it})
	default:
		ps.in.groups = append(ps.in.groups, &term{role: asColumn, bucket: plan.Bucket(it.payload), it: it})
	}
	return 1
}

// sort reads "sorted by X descending, Y" and a bare direction.
func (ps *parser) sort(i int) int {
	it := ps.items[i]
	if it.class == "sort" && i == 0 && it.to-it.from == 1 {
		ps.sortBy, ps.ranks = true, it.word == "rank"
		return 1
	}
	j, desc, directed := i+1, it.payload == "desc" || ps.ranks, it.class == "dir"
	ps.ranks = false
	found := 0
	for {
		for d := ps.at(j); d.is("dir") || d.is("by") || d.is("sort"); d = ps.at(j) {
			if d.is("dir") {
				desc, directed = d.payload == "desc", true
			}
			j++
		}
		k := ps.skip(j)
		if ps.at(k).is("adj") {
			hints := ps.p.lex.adjective[ps.at(k).payload]
			ps.in.sorts = append(ps.in.sorts, &sorter{term: &term{role: asHint, hints: hints, it: ps.at(k)}, desc: hints[0].direction == "desc"})
			j = k + 1
			found++
			break
		}
		if directed && found == 0 && it.class == "dir" && k == j && !strings.HasSuffix(it.text, "of") && !ps.at(j-1).is("by") && !strings.HasSuffix(it.text, "order") {
			break
		}
		t, n := ps.measureTerm(k)
		if t == nil {
			break
		}
		if t.role == asTable && !ps.countBefore(k, n) {
			t.agg = ""
		}
		j = k + n
		if d := ps.at(ps.skip(j, "in", "from")); d.is("dir") {
			desc = d.payload == "desc"
			j = ps.skip(j, "in", "from") + 1
		} else if d := ps.at(j); d.is("when") && ps.at(j+1).is("dir") {
			desc = ps.at(j+1).payload == "desc"
			j += 2
		}
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: desc})
		found++
		if next := ps.at(j); next.is("and") && ps.at(j+1) != nil && ps.at(j+1).kind == kName || next != nil && next.breaks && next.kind == kName && !next.sentence {
			if next.is("and") {
				j++
			}
			continue
		}
		break
	}
	if found == 0 {
		return ps.bareSort(i, j, desc, directed)
	}
	return j - i
}

func (ps *parser) countBefore(i, n int) bool {
	return slices.ContainsFunc(ps.items[i:min(i+n, len(ps.items))], func(x *item) bool { return x.is("count") })
}

// bareSort applies a direction to the last column: "names in alphabetical
// order".
func (ps *parser) bareSort(i, j int, desc, directed bool) int {
	if directed && ps.lastTerm == nil && ps.in.prev != nil {
		ps.in.bareDir = "asc"
		if desc {
			ps.in.bareDir = "desc"
		}
		return max(j-i, 1)
	}
	if !directed || ps.lastTerm == nil {
		return 0
	}
	if n := len(ps.in.sorts); n > 0 && !ps.in.sorts[n-1].superlative {
		ps.in.sorts[n-1].desc = desc
		return j - i
	}
	t := &term{role: ps.lastTerm.role, it: ps.lastTerm.it, agg: ps.lastTerm.agg}
	measured := slices.IndexFunc(ps.in.outs, func(o *term) bool { return o.aggregated() })
	byText := strings.Contains(ps.items[i].text, "alphabet") || strings.Contains(ps.items[i].text, "lexico") || strings.Contains(ps.items[i].text, "chrono")
	if measured >= 0 && !byText {
		o := ps.in.outs[measured]
		t = &term{role: o.role, it: o.it, agg: o.agg, numeric: o.numeric, fraction: o.fraction}
	} else if len(ps.in.outs) > 0 && (ps.section == filtering || ps.lastTerm.role == asTable && ps.lastTerm.agg == "") {
		o := ps.in.outs[0]
		t = &term{role: o.role, it: o.it, agg: o.agg, numeric: o.numeric}
	}
	ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: desc})
	return j - i
}
