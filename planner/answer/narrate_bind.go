package answer

import (
	"math/big"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// bind decides which cell each figure is, from the names beside it, and returns
// the references. It fails when a sentence gives a row a figure that is not its
// own, or calls highest what is not.
func (s *scan) bind(in Input) ([]event.Ref, bool) {
	sort.Slice(s.items, func(i, j int) bool { return s.items[i].start < s.items[j].start })
	var refs []event.Ref
	for _, span := range s.spans() {
		var items []item
		for _, it := range s.items {
			if it.start >= span[0] && it.start < span[1] && len(it.cells) > 0 {
				items = append(items, it)
			}
		}
		bound, ok := assign(items)
		if !ok || !s.superlatives(span, bound, in) {
			return nil, false
		}
		for i, at := range bound {
			refs = append(refs, event.Ref{
				Start: units(s.text[:items[i].start]), End: units(s.text[:items[i].end]),
				Row: at.row, Column: s.table.columns[at.column].name,
			})
		}
	}
	return refs, true
}

// spans are the sentences.
func (s *scan) spans() [][2]int {
	var out [][2]int
	from := 0
	for _, m := range regexp.MustCompile(`[.!?…;]+["”)]*\s`).FindAllIndex(s.left, -1) {
		out = append(out, [2]int{from, m[1]})
		from = m[1]
	}
	return append(out, [2]int{from, len(s.text)})
}

// cluster is a run of names that together stand for rows.
type cluster struct {
	items []int
	rows  map[int]bool
}

// assign gives every item one of its cells such that figures are of the rows
// named beside them, if there is a consistent way to read the sentence.
func assign(items []item) ([]cellAt, bool) {
	joint, apart := clusters(items, true), clusters(items, false)
	for _, reading := range []func([]item, []cluster, int) []int{before, behind} {
		for _, c := range [][]cluster{joint, apart} {
			if out, ok := settle(items, c, reading); ok {
				return out, true
			}
		}
	}
	return settle(items, apart, respectively)
}

// clusters groups names that follow each other: joined, they must have a row in
// common ("North in May").
func clusters(items []item, join bool) []cluster {
	var out []cluster
	open := false
	for i, it := range items {
		if !it.key {
			open = false
			continue
		}
		rows := rowsOf(it)
		if open && join {
			if common := both(out[len(out)-1].rows, rows); len(common) > 0 {
				last := &out[len(out)-1]
				last.items, last.rows = append(last.items, i), common
				continue
			}
		}
		out = append(out, cluster{items: []int{i}, rows: rows})
		open = true
	}
	return out
}

func rowsOf(it item) map[int]bool {
	rows := map[int]bool{}
	for _, c := range it.cells {
		rows[c.row] = true
	}
	return rows
}

func both(a, b map[int]bool) map[int]bool {
	out := map[int]bool{}
	for r := range a {
		if b[r] {
			out[r] = true
		}
	}
	return out
}

// settle binds every figure to the cluster that reading names for it, and fails
// where it is not of those rows. A cluster's rows narrow with each figure.
func settle(items []item, clusters []cluster, reading func([]item, []cluster, int) []int) ([]cellAt, bool) {
	rows := make([]map[int]bool, len(clusters))
	for i, c := range clusters {
		rows[i] = c.rows
	}
	owner := make([]int, len(items))
	for i, it := range items {
		owner[i] = -1
		if it.key {
			continue
		}
		candidates := reading(items, clusters, i)
		if candidates == nil {
			if len(clusters) > 0 {
				return nil, false
			}
			continue
		}
		owner[i] = candidates[0]
		common := both(rows[owner[i]], rowsOf(it))
		if len(common) == 0 {
			return nil, false
		}
		rows[owner[i]] = common
	}
	for c, cl := range clusters {
		for _, i := range cl.items {
			owner[i] = c
		}
	}
	out := make([]cellAt, len(items))
	for i, it := range items {
		out[i] = pick(it, owner[i], rows)
	}
	return out, true
}

// pick is the first of an item's cells in its cluster's rows.
func pick(it item, owner int, rows []map[int]bool) cellAt {
	if owner >= 0 {
		for _, c := range it.cells {
			if rows[owner][c.row] {
				return c
			}
		}
	}
	return it.cells[0]
}

// before reads a figure as of the names before it, or else of those behind.
func before(items []item, list []cluster, i int) []int { return nearest(list, i, true) }

// behind reads a figure as of the names behind it, or else of those before.
func behind(items []item, list []cluster, i int) []int { return nearest(list, i, false) }

func nearest(list []cluster, i int, back bool) []int {
	last, next := -1, -1
	for c, cl := range list {
		if cl.items[0] < i {
			last = c
		} else if next < 0 {
			next = c
		}
	}
	order := []int{last, next}
	if !back {
		order = []int{next, last}
	}
	order = slices.DeleteFunc(order, func(c int) bool { return c < 0 })
	if len(order) == 0 {
		return nil
	}
	return order
}

// respectively reads the n-th figure as of the n-th name, where there are as many
// of each.
func respectively(items []item, list []cluster, i int) []int {
	n, figures := 0, 0
	for j, it := range items {
		if it.key {
			continue
		}
		figures++
		if j < i {
			n++
		}
	}
	if figures != len(list) {
		return nil
	}
	return []int{n}
}

// superlatives reports whether what a sentence calls highest or lowest is that:
// among the rows it names there must be such an extreme, of every row that there
// is.
func (s *scan) superlatives(span [2]int, bound []cellAt, in Input) bool {
	text := strings.NewReplacer("at least", "", "at most", "").Replace(strings.ToLower(s.leftover(span[0], span[1])))
	said := wordsOf(text)
	high := slices.ContainsFunc(said, func(w string) bool {
		return slices.Contains(strings.Fields("highest largest biggest most greatest maximum peak peaked peaks top best longest leads led tops topped latest newest"), w)
	})
	low := slices.ContainsFunc(said, func(w string) bool {
		return slices.Contains(strings.Fields("lowest smallest fewest least minimum worst bottom shortest earliest oldest"), w)
	})
	if !high && !low || len(bound) == 0 || len(s.table.rows) < 2 {
		return true
	}
	if !s.table.whole && (high && !ranked(in, plan.Desc) || low && !ranked(in, plan.Asc)) {
		return false
	}
	top, bottom := false, false
	for i := range s.table.columns {
		c := s.table.columns[i]
		if c.role == compile.Dimension {
			continue
		}
		hi, lo := s.table.ends(c)
		for _, at := range bound {
			top, bottom = top || hi[at.row], bottom || lo[at.row]
		}
	}
	return (!high || top) && (!low || bottom)
}

// ranked reports whether the plan asked for the rows in that order, so that a
// limit leaves out only what comes after them.
func ranked(in Input, direction string) bool {
	if in.Plan == nil || in.Executed.Truncated || len(in.Executed.Preview) == 0 {
		return false
	}
	if t := in.Plan.Top; t != nil {
		return t.Direction == direction || t.Direction == "" && direction == plan.Desc
	}
	if len(in.Plan.OrderBy) == 0 {
		return false
	}
	is := in.Plan.OrderBy[0].Direction
	return is == direction || is == "" && direction == plan.Asc
}

// ends returns the rows with the largest and the smallest value of a column.
func (t table) ends(c column) (high, low map[int]bool) {
	high, low = map[int]bool{}, map[int]bool{}
	var most, least *big.Rat
	for i, r := range t.rows {
		v := rat(r[c.index])
		if at, ok := moment(r[c.index]); ok {
			v = new(big.Rat).SetInt64(at.Unix())
		}
		if v == nil {
			continue
		}
		if most == nil || v.Cmp(most) > 0 {
			most, high = v, map[int]bool{}
		}
		if least == nil || v.Cmp(least) < 0 {
			least, low = v, map[int]bool{}
		}
		if v.Cmp(most) == 0 {
			high[i] = true
		}
		if v.Cmp(least) == 0 {
			low[i] = true
		}
	}
	return high, low
}

// exprAt returns the expression of the plan that a column's path names, or nil.
func exprAt(q *plan.Query, path string) *plan.Expr {
	for p, e := range q.Exprs() {
		if string(p) == path {
			return e
		}
	}
	return nil
}
