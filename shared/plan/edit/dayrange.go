package edit

import (
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// rangeAt is the stretch of days that the condition at path gives together with
// another of its list, and its place in that list; nil if it stands alone.
func (e *Editor) rangeAt(q *plan.Query, path plan.Path) (*plan.DayRange, int) {
	list, at := conditionsAround(q, path)
	if at < 0 {
		return nil, at
	}
	for _, r := range plan.DayRanges(list, e.holdsDates) {
		if r.Lower == at || r.Upper == at {
			return &r, at
		}
	}
	return nil, at
}

func (e *Editor) holdsDates(column string) bool {
	_, c := e.column(column)
	return c != nil && c.Type.Temporal()
}

// conditionsAround is the list of conditions that hold together a path leads into,
// and the place there; -1 where it leads to no such list.
func conditionsAround(q *plan.Query, path plan.Path) ([]plan.Filter, int) {
	cut := strings.LastIndexByte(string(path), '/')
	if cut < 0 {
		return nil, -1
	}
	base := path[:cut]
	at, err := strconv.Atoi(string(path[cut+1:]))
	if err != nil {
		return nil, -1
	}
	list := conjunction(q, base)
	if at < 0 || at >= len(list) {
		return nil, -1
	}
	return list, at
}

// conjunction is the list of conditions at base, all of which have to hold.
func conjunction(q *plan.Query, base plan.Path) []plan.Filter {
	switch base {
	case "/filters":
		return q.Filters
	case "/having":
		return q.Having
	}
	if group, ok := strings.CutSuffix(string(base), "/and"); ok {
		if f := filterAt(q, plan.Path(group)); f != nil {
			return f.And
		}
	}
	if measure, ok := strings.CutSuffix(string(base), "/where"); ok {
		if x := exprAt(q, plan.Path(measure)); x != nil {
			return x.Where
		}
	}
	return nil
}

// otherLimit is the path of the condition that goes with the one at path, where
// the two are shown as one range under that path.
func (e *Editor) otherLimit(path plan.Path) (plan.Path, bool) {
	days, at := e.rangeAt(e.plan, path)
	if days == nil || at != days.First() {
		return "", false
	}
	return sibling(path, days.Second()), true
}

func sibling(path plan.Path, at int) plan.Path {
	return path[:strings.LastIndexByte(string(path), '/')].Index(at)
}

// rangeChip says that a part is a stretch of days, whatever conditions give it.
func (e *Editor) rangeChip(out *Chip, path plan.Path, days *plan.DayRange) {
	f := filterAt(e.plan, path)
	whole := plan.Filter{Column: f.Column, Op: plan.Between, Value: []any{days.From.Format(time.DateOnly), days.To.Format(time.DateOnly)}}
	out.Upper = sibling(path, days.Second())
	out.Kind = string(KindRange)
	out.Label = sentence.Condition(e.plan, e.data, e.opts.AsOf, &whole, strings.HasPrefix(string(path), "/having"))
	out.Condition = e.compared(path, &whole)
}
