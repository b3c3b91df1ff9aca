package compile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/plan"
)

// maxName is the longest name made from parts; a longer one is replaced.
const maxName = 60

// arithmeticName joins the names of two sides: sum_total_per_count.
func arithmeticName(op plan.Op, left, right string) string {
	word := map[plan.Op]string{plan.Add: "plus", plan.Subtract: "minus", plan.Multiply: "times", plan.Divide: "per"}[op]
	return shorten(left + "_" + word + "_" + right)
}

// shorten replaces a name nobody would read.
func shorten(name string) string {
	if utf8.RuneCountInString(name) > maxName {
		return "value"
	}
	return name
}

// dateName names a bucket or part of a date: order_date becomes order_month, and
// date becomes month.
func dateName(column, unit string) string {
	stem := column
	for _, end := range []string{"_timestamp", "_datetime", "_date", "_time", "_day", "_at", "_on", "_ts"} {
		if i := len(column) - len(end); i > 0 && strings.EqualFold(column[i:], end) {
			stem = column[:i]
			break
		}
	}
	switch strings.ToLower(stem) {
	case "date", "time", "timestamp", "datetime", "day", "ts":
		return unit
	}
	return stem + "_" + unit
}

// slug turns a short value into a part of a name.
func slug(s string) string {
	if utf8.RuneCountInString(s) > 24 {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "_")
}

// nameOutputs gives every output its name: the one the plan says, or one made
// from its parts that no other output has, with its table where two tables have
// such a column.
func nameOutputs(outputs []*output) {
	taken := map[string]bool{}
	for _, o := range outputs {
		taken[strings.ToLower(o.name)] = true
	}
	for _, o := range outputs {
		if o.name != "" {
			continue
		}
		base := o.of.name
		if base == "" {
			base = "value"
		}
		if c, ok := o.of.node.(column); ok && taken[strings.ToLower(base)] {
			base = c.src.name + "_" + base
		}
		o.name = free(base, func(name string) bool { return taken[strings.ToLower(name)] })
		taken[strings.ToLower(o.name)] = true
	}
}

// free returns base, or base with the first number that makes it free.
func free(base string, taken func(string) bool) string {
	name := base
	for i := 2; taken(name); i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	return name
}
