package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// section is the part of the sentence the parser is in.
type section int

const (
	selecting section = iota
	filtering
)

// superlative is a "most", "top 5" or "oldest" that waits for its noun.
type superlative struct {
	it     *item
	desc   bool
	n      int
	hints  []hint
	common bool // most common: by number of rows
	top    bool // top n, whose measure may follow after "by"
	most   bool // of "most" and "fewest", which count things
}

// parser reads items from left to right into an intent.
type parser struct {
	p       *Planner
	items   []*item
	in      *intent
	section section

	aggs     []plan.Agg
	fraction float64
	aggItem  *item
	count    *item
	distinct *item
	super    *superlative
	neg      *item
	how      *item // how long, how much
	// within is a comparison with rows, which conditions after it are about.
	within *condition

	lastTerm *term // the latest column or count mentioned
	lastAt   int   // its index in items
	lastCond *condition
	condAt   int
	ranks    bool // the question starts with "rank": the largest comes first
	sortBy   bool // the question starts with "sort", its key follows after "by"
}

// parseAfter turns items into an intent, that of a follow-up unless prev is nil.
// Whatever it cannot place is left over.
func (p *Planner) parseAfter(items []*item, prev *earlier, c cues) *intent {
	ps := &parser{p: p, items: items, in: &intent{penalty: 1, prev: prev, cues: c, subjectTable: -1}, lastAt: -9, condAt: -9}
	for i := 0; i < len(items); {
		n := ps.step(i)
		if n == 0 {
			ps.in.leftover = append(ps.in.leftover, items[i])
			n = 1
		}
		for k := i; k < i+n && k < len(items); k++ {
			items[k].used = true
		}
		i += n
	}
	ps.finish()
	return ps.in
}

func (ps *parser) at(i int) *item {
	if i < 0 || i >= len(ps.items) {
		return nil
	}
	return ps.items[i]
}

// skip returns the next index from i that is not one of the small words.
func (ps *parser) skip(i int, words ...string) int {
	for i < len(ps.items) && ps.items[i].kind == kFunction {
		ok := len(words) == 0
		for _, w := range words {
			ok = ok || ps.items[i].word == w
		}
		if !ok {
			return i
		}
		i++
	}
	return i
}

// step reads what starts at item i and returns how many items it took.
func (ps *parser) step(i int) int {
	it := ps.items[i]
	switch it.kind {
	case kFunction:
		return ps.function(i)
	case kLexicon:
		return ps.lexicon(i)
	case kPeriod:
		return ps.period(i, plan.Equal)
	case kNumber:
		return ps.number(i)
	case kQuote:
		return ps.quote(i)
	case kName:
		return ps.name(i)
	}
	return ps.unknown(i)
}

func (ps *parser) function(i int) int {
	if u, ok := ps.durationUnit(i); ok {
		ps.in.unit = u
		return 2
	}
	switch ps.items[i].word {
	case "with", "in", "from", "at", "on", "for", "within", "under", "into", "to":
		if len(ps.in.outs) > 0 || ps.in.subject != nil || ps.in.prev != nil && ps.count == nil {
			ps.section = filtering
		}
	case "whose", "who", "whom", "where", "which", "when":
		ps.section = filtering
	}
	return 1
}

// durationUnit reads "in hours".
func (ps *parser) durationUnit(i int) (string, bool) {
	next := ps.at(i + 1)
	if ps.items[i].word != "in" || next == nil || next.kind == kPeriod || next.kind == kName {
		return "", false
	}
	u, ok := unitOf(next.word)
	return string(u), ok && next.word == string(u)+"s"
}

// lexicon dispatches on the class of a lexicon phrase.
func (ps *parser) lexicon(i int) int {
	it := ps.items[i]
	switch it.class {
	case "cmd", "what":
		if prev := ps.at(i - 1); it.class == "cmd" && prev != nil && !it.breaks && prev.word != "to" && !prev.is("and") && !prev.is("cmd") && !prev.is("fluff") {
			return 0
		}
		ps.section = selecting
		return 1
	case "which", "who", "whose", "where", "whenq", "that":
		return ps.relative(i)
	case "agg":
		ps.aggs, ps.aggItem = append(ps.aggs, plan.Agg(it.payload)), it
		if it.payload == string(plan.Percentile) {
			ps.fraction = it.num
		}
		return 1
	case "count", "countword":
		return ps.counting(i)
	case "distinct":
		ps.distinct = it
		return 1
	case "howmuch", "howlong":
		ps.how = it
		return 1
	case "super", "topn", "adj", "most", "leastcommon":
		return ps.superlative(i)
	case "cmp":
		return ps.comparison(i)
	case "between":
		return ps.between(i)
	case "contains", "startswith", "endswith":
		return ps.matching(i)
	case "isnull", "notnull":
		return ps.null(i)
	case "when":
		return ps.when(i)
	case "group":
		return ps.group(i)
	case "by":
		return ps.by(i)
	case "sort", "dir":
		return ps.sort(i)
	case "bucket", "part", "trend":
		return ps.bucket(i)
	case "share", "ratio":
		return ps.share(i)
	case "duration":
		return ps.duration(i)
	case "chart":
		ps.in.chart = it.payload
		return 1
	}
	return ps.connective(i)
}

func (ps *parser) connective(i int) int {
	it := ps.items[i]
	switch it.class {
	case "neg", "except":
		ps.neg = it
		ps.section = filtering
		return 1
	case "and", "or", "only", "both":
		ps.in.both = ps.in.both || it.class == "both"
		return 1
	case "fluff":
		return 1
	case "everything":
		ps.in.listAll = true
		return 1
	case "vs", "relation":
		if it.class == "vs" && ps.count != nil {
			ps.settleCount()
			if n := ps.groupKeys(slices.Index(ps.items, it) + 1); n > 0 {
				return 1 + n
			}
		}
		ps.in.relation = true
		return 1
	case "distribution":
		ps.in.distribution = true
		return 1
	case "anaphor":
		if it.word != "it" {
			ps.in.punish(ps.p.lex.weights["anaphora"], "refers to something said before")
		}
		return 1
	}
	return 0
}

// relative reads who, which, whose, that: at the start of a sentence or clause
// they open a question, elsewhere a condition.
func (ps *parser) relative(i int) int {
	it := ps.items[i]
	opens := it.sentence || i == 0 || it.from == 0
	if it.class == "which" && it.breaks && len(ps.in.outs) == 0 {
		opens = true
	}
	if opens {
		ps.in.who = it.class == "who"
		ps.section = selecting
	} else {
		ps.section = filtering
	}
	return 1
}

// counting reads "how many" and "number of". A bare noun such as "volume" only
// counts when nothing else does.
func (ps *parser) counting(i int) int {
	it := ps.items[i]
	if next := ps.at(i + 1); it.word == "count" && it.to-it.from == 1 && ps.lastAt == i-1 && (next == nil || next.is("by") || next.is("group")) {
		if ps.lastTerm.role == asTable && ps.lastTerm.agg == "" {
			ps.addCount(ps.lastTerm.it)
			return 1
		}
	}
	if it.class == "countword" {
		if ps.lastAt == i-1 && ps.lastTerm != nil && ps.lastTerm.role == asTable {
			ps.toCount(ps.lastTerm)
			return 1
		}
		if ps.in.subject != nil && ps.items[max(i-1, 0)] == ps.in.subject {
			ps.addCount(ps.in.subject)
			return 1
		}
	}
	ps.count = it
	if next := ps.at(i + 1); ps.in.prev != nil && it.class == "count" && it.word == "how" && next != nil && next.kind == kFunction && next.word != "of" {
		ps.section = filtering
		ps.settleCount()
		return 1
	}
	if it.payload == "" && it.word == "how" && ps.section == filtering && len(ps.in.outs) == 0 {
		ps.section = selecting
	}
	return 1
}

func (ps *parser) toCount(t *term) { t.agg = plan.Count; ps.in.counted = true }

func (ps *parser) addCount(it *item) {
	t := &term{role: asTable, agg: plan.Count, it: it}
	ps.in.outs = append(ps.in.outs, t)
	ps.in.counted = true
}

// finish settles what is still pending at the end of the question.
func (ps *parser) finish() {
	in := ps.in
	if ps.count != nil {
		t := &term{role: asRows, agg: plan.Count}
		if in.subject != nil {
			t.role, t.it = asTable, in.subject
		}
		switch {
		case ps.super != nil:
			in.sorts = append(in.sorts, &sorter{term: t, desc: ps.super.desc, superlative: true})
			ps.setLimit(ps.super)
			ps.super = nil
		default:
			in.outs = append(in.outs, t)
			in.counted = true
		}
	}
	if ps.super != nil {
		ps.finishSuper()
	}
	if len(ps.aggs) > 0 {
		ps.finishAggs()
	}
	if ps.distinct != nil {
		in.distinct = true
	}
	if ps.neg != nil {
		in.punish(ps.p.lex.weights["unused_lexicon"], "negation not understood: "+ps.neg.text)
	}
	if ps.how != nil {
		in.punish(ps.p.lex.weights["unused_lexicon"], "not understood: "+ps.how.text)
	}
}

// finishAggs applies an aggregation that had no noun of its own to the last
// column, as in "what is the salary on average".
func (ps *parser) finishAggs() {
	for _, o := range ps.in.outs {
		if o.role == asColumn && o.agg == "" && ps.numericName(o.it) {
			o.agg, o.numeric, o.fraction = ps.aggs[0], true, ps.fraction
			for _, a := range ps.aggs[1:] {
				ps.in.outs = append(ps.in.outs, &term{role: asColumn, it: o.it, agg: a, numeric: true, fraction: ps.fraction})
			}
			for _, x := range ps.in.outs {
				if x.agg != plan.Percentile {
					x.fraction = 0
				}
			}
			ps.in.counted = true
			return
		}
		if ps.aggs[0] == plan.Sum && o.agg == plan.Count {
			return
		}
	}
	if ps.aggs[0] == plan.Sum && ps.in.subject != nil && len(ps.in.outs) == 0 {
		ps.addCount(ps.in.subject)
		return
	}
	if ps.in.prev != nil {
		ps.in.bareAggs = ps.aggs
		return
	}
	ps.in.punish(ps.p.lex.weights["unused_lexicon"], "nothing to aggregate: "+ps.aggItem.text)
}

// finishSuper applies a superlative that had no noun of its own.
func (ps *parser) finishSuper() {
	in, s := ps.in, ps.super
	switch {
	case s.common:
		target := ps.commonTarget()
		if target == nil {
			break
		}
		in.sorts = append(in.sorts, &sorter{term: &term{role: asRows, agg: plan.Count}, desc: s.desc, superlative: true})
		in.groups = append(in.groups, target)
		in.common = true
		ps.setLimit(s)
		return
	case len(s.hints) > 0:
		in.sorts = append(in.sorts, &sorter{term: &term{role: asHint, hints: s.hints, it: s.it}, desc: s.desc, superlative: true})
		ps.setLimit(s)
		return
	case ps.lastTerm != nil && ps.lastTerm.role == asColumn && (in.prev == nil || ps.lastTerm.it != nil && ps.numericName(ps.lastTerm.it)):
		in.sorts = append(in.sorts, &sorter{term: &term{role: asColumn, it: ps.lastTerm.it, agg: ps.lastTerm.agg, numeric: true}, desc: s.desc, superlative: true})
		ps.setLimit(s)
		return
	}
	if in.prev != nil {
		in.bareSuper = s
		return
	}
	in.punish(ps.p.lex.weights["unused_lexicon"], "nothing to compare by: "+s.it.text)
}

// commonTarget is what "most common" is about: the first column asked for.
func (ps *parser) commonTarget() *term {
	for i, o := range ps.in.outs {
		if o.role == asColumn && o.agg == "" {
			ps.in.outs = append(ps.in.outs[:i:i], ps.in.outs[i+1:]...)
			return o
		}
	}
	if ps.in.subject != nil {
		return &term{role: asTable, it: ps.in.subject}
	}
	return nil
}
