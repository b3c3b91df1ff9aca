package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// matching reads "contains X", "starts with X", with the column before it, behind
// it ("the letter a in their names"), or the one that is shown.
func (ps *parser) matching(i int) int {
	it := ps.items[i]
	j := ps.skip(i+1, "in", "the", "of")
	said := textKind(it.text)
	for next := ps.at(j); next != nil && next.kind != kQuote && textKind(next.text); next = ps.at(j) {
		said = true
		j++
	}
	next := ps.at(j)
	if next == nil || next.kind == kLexicon || next.kind == kFunction || !said && !textual(next) {
		return 0
	}
	c := &condition{op: plan.FilterOp(it.class), text: next.text, after: it.from}
	var n int
	if c.left, n = ps.withinColumn(j + 1); c.left == nil {
		c.left = ps.left(i)
	}
	if c.left == nil || !ps.textColumn(c.left.it) {
		c.left = ps.shownText()
	}
	if c.left == nil {
		return 0
	}
	ps.section = filtering
	ps.addCondition(i, c)
	return j + 1 + n - i
}

// textual reports what may be looked for in a text without saying so: something
// quoted, a single letter, a name.
func textual(it *item) bool {
	return it.kind == kQuote || it.quoted || len([]rune(it.text)) == 1 || it.capital
}

// textKind reports a phrase that says that a piece of text follows.
func textKind(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc([]string{"word", "string", "letter", "phrase", "prefix", "suffix"}, func(w string) bool { return strings.Contains(s, w) })
}

// withinColumn reads "in its name" or "in it" and returns how many items it takes.
func (ps *parser) withinColumn(j int) (*term, int) {
	in := ps.at(j)
	if in == nil || in.word != "in" && in.word != "within" || in.kind == kName {
		return nil, 0
	}
	k := ps.skip(j+1, "the")
	next := ps.at(k)
	switch {
	case next == nil:
		return nil, 0
	case next.is("anaphor") && next.word == "it":
		return nil, 0
	case next.kind == kName && ps.textColumn(next):
		t := &term{role: asColumn, it: next}
		ps.note(k, t)
		return t, k - j + 1
	}
	return nil, 0
}

func (ps *parser) textColumn(it *item) bool {
	return it != nil && it.kind == kName && len(it.cols) > 0 && ps.p.column(it.cols[0].ref).Type == catalog.Text
}

// shownText is the last text column that is listed.
func (ps *parser) shownText() *term {
	for k := len(ps.in.outs) - 1; k >= 0; k-- {
		if o := ps.in.outs[k]; o.role == asColumn && o.agg == "" && ps.textColumn(o.it) {
			return &term{role: asColumn, it: o.it}
		}
	}
	return nil
}

// quotedWithin reads "'Hey' in its title".
func (ps *parser) quotedWithin(i int) int {
	t, n := ps.withinColumn(i + 1)
	if t == nil {
		return 0
	}
	ps.section = filtering
	ps.addCondition(i, &condition{op: plan.Contains, text: ps.items[i].text, left: t, after: ps.items[i].from})
	return 1 + n
}
