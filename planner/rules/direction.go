package rules

import (
	"slices"
	"strings"
)

// heading tells where things start from where they end; 0 is neither.
type heading int

const (
	origin heading = -1
	target heading = 1
)

// heading is that of a column, by its name: "origin_harbour", "arrival_time".
func (p *Planner) heading(r ref) heading {
	if r.col < 0 {
		return 0
	}
	for _, w := range p.column(r).words {
		if h := p.lex.named[w]; h != 0 {
			return h
		}
	}
	return 0
}

// readDirections reads directions.txt.
func (l *lexicon) readDirections() {
	l.said, l.named = map[string]heading{}, map[string]heading{}
	for _, line := range lexiconLines("directions.txt") {
		head, words := leftRight(line, " ")
		side, where, _ := strings.Cut(head, " ")
		h := origin
		if side == "target" {
			h = target
		}
		for _, w := range words {
			if where == "said" {
				l.said[w] = h
			} else {
				l.named[w] = h
			}
		}
	}
}

// reach is how many items back a word of direction may stand.
const reach = 5

// headingAt is the direction the question gives the mention at a token: the
// nearest word before it, up to another value.
func (d *draft) headingAt(token int) heading {
	at := slices.IndexFunc(d.items, func(x *item) bool { return x.from <= token && token < x.to })
	for k := at - 1; k >= 0 && k >= at-reach; k-- {
		x := d.items[k]
		if h := d.p.lex.said[x.word]; h != 0 && x.to-x.from == 1 {
			return h
		}
		if len(x.vals) > 0 && len(x.cols)+len(x.tabs) == 0 || x.is("and") && k < at-1 {
			break
		}
	}
	return 0
}

// headingOf is the only direction of the whole question, 0 when it has both or
// none.
func (d *draft) headingOf() heading {
	var found heading
	for _, x := range d.items {
		h := d.p.lex.said[x.word]
		if h == 0 || x.word == "to" || x.word == "from" {
			continue
		}
		if found != 0 && found != h {
			return 0
		}
		found = h
	}
	return found
}

// directed adds to the fit of a column what its direction says for it.
func (d *draft) directed(r ref, token int) float64 {
	own := d.p.heading(r)
	if own == 0 {
		return 0
	}
	switch d.headingAt(token) {
	case own:
		d.turned = true
		return 0.3
	case -own:
		return -0.3
	}
	return 0
}

// ways are the joins that lead from one table to another in one step.
func (p *Planner) ways(from, to int) []step {
	var out []step
	for _, s := range p.stepsFrom(from) {
		if s.target() == to {
			out = append(out, s)
		}
	}
	return out
}

// route gives conditions on a table that the main one points to in several ways,
// as voyages do to harbours, the way the question says.
func (d *draft) route() {
	for _, c := range d.in.conds {
		if c.apart != nil || c.inside || c.raw != nil || c.exists != nil || c.left == nil || c.left.aggregated() || c.left.link.score == 0 || c.left.link.ref.table == d.main {
			continue
		}
		t := c.left.link.ref.table
		ways := d.p.ways(d.main, t)
		h := d.headingAt(c.after)
		if len(ways) < 2 || h == 0 || d.shows(t) {
			continue
		}
		at := slices.IndexFunc(ways, func(s step) bool { return d.p.heading(s.edge.from) == h })
		if at >= 0 {
			c.apart, d.turned = ways[at:at+1], true
		}
	}
}

func (d *draft) shows(t int) bool {
	has := func(x *term) bool { return x.link.score > 0 && x.link.ref.table == t }
	return slices.ContainsFunc(d.in.outs, has) || slices.ContainsFunc(d.in.groups, has)
}

// turn replaces joins by those that go the way the question says.
func (d *draft) turn(steps []step) []step {
	h := d.headingOf()
	if h == 0 {
		return steps
	}
	out := slices.Clone(steps)
	for i, s := range out {
		for _, w := range d.p.ways(s.source(), s.target()) {
			if w.down == s.down && d.p.heading(w.edge.from) == h {
				out[i], d.turned = w, true
			}
		}
	}
	return out
}
