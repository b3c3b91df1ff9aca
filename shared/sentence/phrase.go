package sentence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// output words an expression with its unit and, where it says something new, its
// name.
func (w writer) output(e *plan.Expr) string {
	text := w.expr(e)
	if unit := w.unit(e); unit != "" {
		plain := *e
		plain.Where = nil
		text = w.expr(&plain) + " in " + unit + w.where(e)
	}
	if e.As != "" && !w.says(text, e.As) {
		text += " (" + name(e.As) + ")"
	}
	return text
}

// says reports whether every word of a name is in the text already, or is that of
// the table: avg_total says no more than "average of total".
func (w writer) says(text, as string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	words := append(split(text), split(w.q.Table)...)
	for _, word := range split(as) {
		if !slices.Contains(words, word) && !slices.ContainsFunc(inFull(word), func(s string) bool { return slices.Contains(words, s) }) {
			return false
		}
	}
	return true
}

// inFull returns the words a word of a made name stands for.
func inFull(word string) []string {
	switch word {
	case "avg", "mean":
		return []string{"average"}
	case "count":
		return []string{"number"}
	case "min":
		return []string{"smallest", "earliest"}
	case "max":
		return []string{"largest", "latest"}
	case "stddev":
		return []string{"deviation"}
	case "previous":
		return []string{"before"}
	case "distinct":
		return []string{"different"}
	}
	return nil
}

// unit is what an aggregation of one column counts.
func (w writer) unit(e *plan.Expr) string {
	switch e.Agg {
	case "", plan.Count, plan.CountDistinct:
		return ""
	}
	if e.Column == "" || e.Window != nil || e.Read != "" || e.Bucket != "" || e.Part != "" {
		return ""
	}
	// A part of one has no unit; what is shown of it are percentages.
	if c := w.column(e.Column); c != nil && c.Type.Numeric() && c.Unit != "fraction" {
		return name(c.Unit)
	}
	return ""
}

// expr words an expression: its operand, then what refines it.
func (w writer) expr(e *plan.Expr) string {
	if e == nil {
		return ""
	}
	text := w.refined(e)
	if e.Agg != "" {
		text = w.aggregation(e, aggregated(e, text))
	}
	if e.Window != nil {
		text = w.window(e.Window, text)
	}
	return text
}

func (w writer) refined(e *plan.Expr) string {
	text := w.operand(e)
	if e.Read != "" {
		text = string(e.Read) + " in " + text
	}
	switch {
	case e.Bucket != "":
		return string(e.Bucket) + " of " + text
	case e.Part != "":
		return partWords(e.Part) + " of " + text
	case e.Bin != 0:
		return text + " in steps of " + strconv.FormatFloat(e.Bin, 'f', -1, 64)
	}
	return text
}

func (w writer) operand(e *plan.Expr) string {
	switch {
	case e.Column == "*":
		return ""
	case e.Column != "":
		return name(e.Column)
	case e.Position:
		return "place in the table"
	case e.Value != nil && e.Agg == "":
		return w.value(catalog.Other, e.Value)
	case e.Of != nil:
		return w.expr(e.Of)
	case e.Op == plan.DateDiff:
		return e.Unit + "s from " + w.end(e.Right) + " to " + w.end(e.Left)
	case e.Op != "":
		return w.side(e.Left) + " " + opWords(e.Op) + " " + w.side(e.Right)
	}
	return ""
}

// end words one end of a stretch of time, which may be a date written out.
func (w writer) end(e *plan.Expr) string {
	if e != nil {
		if s, ok := e.Value.(string); ok {
			return w.moment(s)
		}
	}
	return w.side(e)
}

// side wraps arithmetic within arithmetic.
func (w writer) side(e *plan.Expr) string {
	text := w.expr(e)
	if e != nil && (e.Op != "" && e.Agg == "" || len(e.Where) > 0 || e.Window != nil) {
		return "(" + text + ")"
	}
	return text
}

// aggregated wraps arithmetic that is aggregated.
func aggregated(e *plan.Expr, text string) string {
	inner := e
	for inner.Of != nil {
		inner = inner.Of
	}
	if inner.Op != "" && inner.Op != plan.DateDiff {
		return "(" + text + ")"
	}
	return text
}

// where words what an aggregation is limited to.
func (w writer) where(e *plan.Expr) string {
	if len(e.Where) == 0 {
		return ""
	}
	return " where " + w.all(e.Where)
}

func opWords(op plan.Op) string {
	return map[plan.Op]string{plan.Add: "plus", plan.Subtract: "minus", plan.Multiply: "times", plan.Divide: "divided by"}[op]
}

// partWords says hour of the day, month of the year.
func partWords(p plan.Part) string {
	return strings.ReplaceAll(strings.ReplaceAll(string(p), "_of_", " of the "), "_", " ")
}

func (w writer) aggregation(e *plan.Expr, of string) string {
	var text string
	switch e.Agg {
	case plan.Count:
		text = "number of " + w.counted()
		if of != "" {
			text = "number of values of " + of
		}
	case plan.CountDistinct:
		text = "number of different values of " + of
	case plan.Min, plan.Max:
		text = w.extreme(e) + " " + of
	case plan.Percentile:
		text = ordinal(e.Percentile*100) + " percentile of " + of
	default:
		words := map[plan.Agg]string{
			plan.Sum: "sum of ", plan.Avg: "average of ", plan.Median: "median of ", plan.StdDev: "standard deviation of ",
		}
		text = words[e.Agg] + of
	}
	return text + w.where(e)
}

// counted names the rows a count counts: those of the table, unless a join can
// repeat them.
func (w writer) counted() string {
	for i := range w.q.Joins {
		if !w.looksUp(i) {
			return "joined rows"
		}
	}
	return "rows"
}

func (w writer) extreme(e *plan.Expr) string {
	temporal := w.rowType(e).Temporal()
	switch {
	case e.Agg == plan.Min && temporal:
		return "earliest"
	case e.Agg == plan.Min:
		return "smallest"
	case temporal:
		return "latest"
	}
	return "largest"
}

// ordinal says 95th, 99.9th.
func ordinal(p float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(p, 'f', 4, 64), "0"), ".")
	suffix := "th"
	if !strings.HasSuffix(s, "11") && !strings.HasSuffix(s, "12") && !strings.HasSuffix(s, "13") {
		switch s[len(s)-1] {
		case '1':
			suffix = "st"
		case '2':
			suffix = "nd"
		case '3':
			suffix = "rd"
		}
	}
	return s + suffix
}

func (w writer) window(win *plan.Window, of string) string {
	n := max(win.Periods, 1)
	step := w.step(win)
	back := "the " + step + " before"
	if n > 1 {
		back = fmt.Sprintf("%d %ss before", n, step)
	}
	var text string
	switch win.Kind {
	case plan.Share:
		text = "share of " + of + " in the total"
	case plan.RunningTotal:
		text = "running total of " + of
	case plan.Rank:
		text = "rank"
		if len(win.OrderBy) == 0 {
			text += " by " + of
		}
	case plan.Previous:
		text = of + " of " + back
	case plan.Change:
		text = "change of " + of + " from " + back
	case plan.PercentChange:
		text = "change in percent of " + of + " from " + back
	case plan.MovingAverage:
		text = fmt.Sprintf("moving average of %s over %d %ss", of, n, step)
	}
	if len(win.PartitionBy) > 0 {
		names := make([]string, len(win.PartitionBy))
		for i, p := range win.PartitionBy {
			names[i] = name(p)
		}
		text += " within each " + and(names)
	}
	if len(win.OrderBy) > 0 {
		keys := make([]string, len(win.OrderBy))
		for i := range win.OrderBy {
			keys[i] = w.sortKey(&win.OrderBy[i])
		}
		text += " by " + and(keys)
	}
	return text
}

// step is what one row of an ordered result stands for: a month, if the plan is
// by month.
func (w writer) step(win *plan.Window) string {
	if len(win.OrderBy) > 0 {
		return "row"
	}
	for _, list := range [][]plan.Expr{w.q.GroupBy, w.q.Select} {
		for _, e := range list {
			if e.Bucket != "" {
				return string(e.Bucket)
			}
		}
	}
	return "row"
}
