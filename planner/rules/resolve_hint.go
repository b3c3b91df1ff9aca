package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
)

// turnHints sorts by the direction of the column a superlative found: the youngest
// have the lowest age, or the latest date of birth.
func (d *draft) turnHints() {
	for _, s := range d.in.sorts {
		if t := s.term; t != nil && t.role == asHint && len(t.hints) == 1 && t.link.score > 0 {
			s.desc = t.hints[0].direction == "desc"
		}
	}
}

// resolveHint finds the column that "oldest" or "cheaper" is about, in the
// tables the question names.
func (d *draft) resolveHint(t *term) {
	var tables []int
	if d.main >= 0 {
		tables = append(tables, d.main)
	}
	for i := range d.p.tables {
		if d.mentioned[i] || d.used[i] > 0 {
			tables = append(tables, i)
		}
	}
	if d.hintIn(t, tables) || d.hintIn(t, d.neighbours(tables)) {
		return
	}
	d.in.leftover = append(d.in.leftover, t.it)
	d.fail("no column for " + t.it.text)
}

// hintIn takes the first column of the tables that one of the hints fits.
func (d *draft) hintIn(t *term, tables []int) bool {
	for _, h := range t.hints {
		for _, ti := range tables {
			if l, ok := d.p.hinted(ti, h); ok {
				t.link, t.hints = l, []hint{h}
				d.use(l)
				return true
			}
		}
	}
	return false
}

// neighbours are the tables that have one row for each row of the given ones:
// the person that a player is.
func (d *draft) neighbours(tables []int) []int {
	var out []int
	for _, ti := range tables {
		for _, s := range d.p.stepsFrom(ti) {
			if !s.down && !slices.Contains(tables, s.target()) && !slices.Contains(out, s.target()) {
				out = append(out, s.target())
			}
		}
	}
	return out
}

func (p *Planner) hinted(ti int, h hint) (link, bool) {
	t := p.tables[ti]
	best := link{}
	for _, c := range t.columns {
		if !(c.Type.Numeric() && !c.id || c.Type.Temporal() || c.Type == catalog.Time) {
			continue
		}
		hit := 0
		for _, w := range h.words {
			if slices.Contains(c.stems, w) {
				hit++
			}
		}
		if hit == len(h.words) {
			if s := 0.75 + 0.2*float64(hit)/float64(len(c.stems)); s > best.score {
				best = link{ref: c.ref, score: s, why: "adjective"}
			}
		}
	}
	if best.score == 0 && h.anyDate && len(t.dates) > 0 {
		return link{ref: ref{ti, t.dates[0]}, score: 0.85, why: "adjective"}, true
	}
	return best, best.score > 0
}
