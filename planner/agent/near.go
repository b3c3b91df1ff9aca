package agent

import "strings"

// Place is a table, or a column of one.
type Place struct{ Table, Column string }

// withNear adds to scores what an index finds by meaning, best first. The first is
// worth as much as the best by words, each next one less, so that what words point
// at stays in sight. Places that are not there count nothing.
func (x *Index) withNear(scores []float64, near []Place) {
	top := 0.0
	for _, s := range scores {
		top = max(top, s)
	}
	if top == 0 {
		top = 1
	}
	seen := map[int]bool{}
	for _, p := range near {
		if i := x.at(p); i >= 0 && !seen[i] {
			scores[i] += top * nearAfter / float64(nearAfter+len(seen))
			seen[i] = true
		}
	}
}

// nearAfter is the constant of reciprocal rank fusion: the third is worth half of
// the first.
const nearAfter = 2

// at is the position of a place among the entries, or -1.
func (x *Index) at(p Place) int {
	for i, e := range x.entries {
		t := &x.data.Tables[e.table]
		if strings.EqualFold(t.Name, p.Table) && (e.column < 0 && p.Column == "" || e.column >= 0 && t.Columns[e.column].Name == p.Column) {
			return i
		}
	}
	return -1
}

// near is what an index finds for a text; nothing where there is none.
func (t *Task) near(text string) []Place {
	if t.Near == nil {
		return nil
	}
	return t.Near(text)
}
