package rules

import "slices"

// sharedNoun completes "document and template ids": the table before "and" stands
// for its own column of the kind that follows.
func (p *Planner) sharedNoun(items []*item) []*item {
	for i := 0; i+2 < len(items); i++ {
		a, and, b := items[i], items[i+1], items[i+2]
		if a.kind != kName || len(a.tabs) == 0 || top(a.tabs) < 0.9 || a.owner >= 0 || len(a.vals) > 0 || !and.is("and") || b.kind != kName || b.breaks || len(b.cols) == 0 {
			continue
		}
		if i > 0 && (items[i-1].is("count") || items[i-1].is("agg") || items[i-1].is("most") || items[i-1].is("super")) {
			continue
		}
		c := p.column(b.cols[0].ref)
		if len(c.words) < 2 || b.cols[0].ref.table == a.tabs[0].ref.table && !c.link || !generalNoun(c.words[len(c.words)-1]) || b.to-b.from < 2 {
			continue
		}
		last := c.words[len(c.words)-1]
		t := p.tables[a.tabs[0].ref.table]
		at := slices.IndexFunc(t.columns, func(o *column) bool {
			return !o.link && len(o.words) > 0 && o.words[len(o.words)-1] == last && (len(o.words) == 1 || slices.Contains(t.stems, o.stems[0]))
		})
		if at < 0 {
			continue
		}
		full := *a
		full.tabs, full.cols = nil, []link{{ref: t.columns[at].ref, score: 0.9, why: "name", own: true}}
		full.owner = a.tabs[0].ref.table
		items[i] = &full
	}
	return items
}

// generalNoun is a last word that columns of several tables share.
func generalNoun(w string) bool {
	return slices.Contains([]string{"id", "name", "code", "number", "title", "date"}, w)
}

// pairedAgg reports "average and highest": beside another such word an
// aggregation is meant, also where a column has its name.
func (p *Planner) pairedAgg(tokens []token, i int) bool {
	says := func(w string, classes ...class) bool {
		return slices.ContainsFunc(p.lex.phrases[w], func(ph phrase) bool { return len(ph.words) == 1 && slices.Contains(classes, ph.class) })
	}
	if !says(tokens[i].lower, "agg") || lowerAt(tokens, i+1) != "and" && lowerAt(tokens, i+1) != "or" {
		return false
	}
	k := i + 2
	if lowerAt(tokens, k) == "the" {
		k++
	}
	return k < len(tokens) && says(lowerAt(tokens, k), "agg", "super")
}
