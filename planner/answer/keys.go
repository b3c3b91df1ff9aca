package answer

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// keys writes what a row stands for: its names, then its time. Of a row that is no
// group, the name that no other has will do.
func (w *writer) keys(keys []column, row int) {
	if q := w.in.Plan; q != nil && len(q.GroupBy) == 0 && len(keys) > 1 && !slices.ContainsFunc(q.Select, computed) {
		if name := w.naming(keys); name != nil {
			keys = []column{*name}
		}
	}
	said := 0
	for _, times := range []bool{false, true} {
		for _, c := range keys {
			if timed := c.role == compile.Time || c.part != ""; timed != times || said == 3 {
				continue
			}
			switch {
			case said > 0 && times:
				w.say(" ", preposition(c), " ")
			case said > 0:
				w.say(", ")
			}
			w.key(c, row)
			said++
		}
	}
}

// key writes one key. What would mean nothing alone, a number or yes and no, has
// its column's name before it.
func (w *writer) key(c column, row int) {
	v := w.rows[row][c.index]
	switch n := rat(v); {
	case v == nil && w.at == 0:
		w.bound("A missing "+singular(w.column(c)), c, row) // "no ward has" would deny it
	case v == nil:
		w.bound("no "+singular(w.column(c)), c, row)
	case v == "":
		w.bound("an empty "+singular(w.column(c)), c, row)
	case c.part != "" && n != nil:
		w.bound(partOf(n, c.part), c, row)
	case c.binned() > 0 && n != nil:
		w.bound(bin(n, c), c, row)
	case c.typ == catalog.Boolean:
		w.say(w.opening(w.column(c)), " = ")
		w.bound(format(v, c), c, row)
	case n != nil && !c.ordered():
		w.say(w.opening(singular(w.column(c))), " ")
		w.bound(format(v, c), c, row)
	default:
		w.bound(format(v, c), c, row)
	}
}

// opening gives a word a capital where it opens the text.
func (w *writer) opening(text string) string {
	if w.at == 0 {
		return upper(text)
	}
	return text
}

// preposition stands before a time.
func preposition(c column) string {
	switch c.part {
	case plan.HourOfDay:
		return "at"
	case plan.DayOfWeek, plan.DayOfMonth:
		return "on"
	case plan.WeekOfYear, plan.MonthOfYear, plan.QuarterOfYear, plan.YearPart:
		return "in"
	}
	switch c.bucket {
	case plan.Year, plan.Quarter, plan.Month, plan.Week:
		return "in"
	case plan.Hour, plan.Minute:
		return "at"
	}
	return "on"
}

// partOf says a number taken out of a date: Monday, March, 14:00.
func partOf(n *big.Rat, p plan.Part) string {
	text := n.FloatString(0)
	if !n.IsInt() || !n.Num().IsInt64() {
		return n.FloatString(2)
	}
	i := int(n.Num().Int64())
	switch {
	case p == plan.MonthOfYear && i >= 1 && i <= 12:
		return time.Month(i).String()
	case p == plan.DayOfWeek && i >= 1 && i <= 7:
		return time.Weekday(i % 7).String()
	case p == plan.HourOfDay:
		return fmt.Sprintf("%02d:00", i)
	case p == plan.QuarterOfYear:
		return "Q" + text
	case p == plan.WeekOfYear:
		return "week " + text
	case p == plan.DayOfMonth:
		return "day " + text
	}
	return text
}

// bin says the range a bin starts: 10 to 20.
func bin(n *big.Rat, c column) string {
	width := new(big.Rat).SetFloat64(c.binned())
	if width == nil {
		return format(json.Number(n.FloatString(2)), c)
	}
	bare := c
	bare.unit = ""
	from, to := new(big.Rat).Set(n), new(big.Rat).Add(n, width)
	text := number(trimmed(from), bare) + " to " + number(trimmed(to), bare)
	return text + suffix(c, "2")
}

// trimmed writes a number with as many decimals as it needs, up to six.
func trimmed(r *big.Rat) string {
	s := r.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
