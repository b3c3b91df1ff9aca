package eval

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// Change is one item that two runs treat differently.
type Change struct {
	Item     *Item
	Old, New *Prediction
	// Status is set where the fate of the question changed, as "rejected → succeeded".
	Status string
}

// Changes name what one run does better, worse or differently than another.
type Changes struct {
	// Compared is the number of items both runs have.
	Compared int
	// Gained are right (EX+cols) only in the new run, Lost only in the old one.
	Gained, Lost []Change
	// ChartsGained and ChartsLost are charts that bind exactly what is asked for
	// only in one of the runs.
	ChartsGained, ChartsLost []Change
	// Moved are as right or wrong as before, but run, asked back, refused or
	// failed where they were not before.
	Moved []Change
}

// Compare grades two runs over the same suite. Items that one of them lacks are
// left out.
func Compare(items []Item, before, after map[string]*Prediction) *Changes {
	c := &Changes{}
	old, latest := outcomesOf(items, before), outcomesOf(items, after)
	for i := range items {
		a, b := old[i], latest[i]
		if a.prediction == nil || b.prediction == nil {
			continue
		}
		c.Compared++
		change := Change{Item: a.item, Old: a.prediction, New: b.prediction}
		if a.status != b.status {
			change.Status = fmt.Sprintf("%s → %s", a.status, b.status)
		}
		switch {
		case !a.grade.Cols && b.grade.Cols:
			c.Gained = append(c.Gained, change)
		case a.grade.Cols && !b.grade.Cols:
			c.Lost = append(c.Lost, change)
		case change.Status != "":
			c.Moved = append(c.Moved, change)
		}
		switch {
		case !a.grade.EncExact && b.grade.EncExact:
			c.ChartsGained = append(c.ChartsGained, change)
		case a.grade.EncExact && !b.grade.EncExact:
			c.ChartsLost = append(c.ChartsLost, change)
		}
	}
	return c
}

// Text lists the changes with their questions and statements.
func (c *Changes) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d questions compared: %d gained, %d lost, %d moved; charts: %d gained, %d lost\n",
		c.Compared, len(c.Gained), len(c.Lost), len(c.Moved), len(c.ChartsGained), len(c.ChartsLost))
	for _, part := range []struct {
		title string
		list  []Change
	}{
		{"Lost", c.Lost}, {"Gained", c.Gained}, {"Charts lost", c.ChartsLost}, {"Charts gained", c.ChartsGained}, {"Moved", c.Moved},
	} {
		if len(part.list) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s (%d)\n", part.title, len(part.list))
		for _, change := range part.list {
			change.text(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Change) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n  %s (%s): %s\n", c.Item.ID, c.Item.DB, oneLine(c.Item.Question))
	if c.Status != "" {
		fmt.Fprintf(b, "    %s\n", c.Status)
	}
	was, is := c.Old.did(), c.New.did()
	if was == is {
		fmt.Fprintf(b, "    both: %s\n", is)
		return
	}
	fmt.Fprintf(b, "    old:  %s\n    new:  %s\n", was, is)
}

// did is what a run did about a question, in a line.
func (p *Prediction) did() string {
	did := cmp.Or(p.SQL, p.Why, p.Error, "nothing")
	if p.Enc != nil {
		did += fmt.Sprintf(" [%s x=%s y=%s color=%s facet=%s aggregate=%s]", p.Enc.Mark, p.Enc.X, p.Enc.Y, p.Enc.Color, p.Enc.Facet, p.Enc.Aggregate)
	}
	return oneLine(did)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
