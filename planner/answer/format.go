package answer

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// format writes a cell the way a sentence shows it: thousands separated by
// commas, two decimals, fractions as percentages, dates by their bucket.
func format(v any, c column) string {
	switch x := v.(type) {
	case nil:
		return "no value"
	case bool:
		if x {
			return "yes"
		}
		return "no"
	case json.Number:
		return number(x.String(), c)
	case float64:
		return number(fmt.Sprintf("%v", x), c)
	case string:
		if c.typ.Temporal() {
			return date(x, c.bucket)
		}
		return x
	}
	return fmt.Sprint(v)
}

// number formats without going through a float, so long integers and decimals
// keep their digits.
func number(s string, c column) string {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	switch {
	case c.percent:
		r.Mul(r, big.NewRat(100, 1))
		digits := 1
		if new(big.Rat).Abs(r).Cmp(big.NewRat(1, 1)) < 0 && r.Sign() != 0 {
			digits = places(r, 2) // two that differ are to look different
		}
		return trimZeros(grouped(r.FloatString(digits))) + "%"
	case r.IsInt():
		if c.role == compile.Dimension || c.role == compile.Time {
			return r.FloatString(0)
		}
		text := grouped(r.FloatString(0))
		return text + suffix(c, text)
	}
	text := grouped(r.FloatString(places(r, 2)))
	return text + suffix(c, text)
}

// places is how many decimals show a number: the usual ones, or more for one so
// small that little would be left of it.
func places(r *big.Rat, usual int) int {
	abs := new(big.Rat).Abs(r)
	if abs.Sign() == 0 {
		return usual
	}
	limit := big.NewRat(1, 10)
	n := usual
	if abs.Cmp(limit) < 0 {
		n = usual + 2
	}
	for limit.SetFrac64(1, 1000); abs.Cmp(limit) < 0 && n < 12; n++ {
		limit.Quo(limit, big.NewRat(10, 1))
	}
	return n
}

// suffix is the unit as it stands behind a number: "%" and degrees close to it, a
// word in the singular behind one.
func suffix(c column, number string) string {
	switch {
	case c.typ == catalog.Text:
		return ""
	case c.unit == "%" || c.unit == "" && ofHundred(c):
		return "%"
	case number == "1" && len(c.unit) > 3 && strings.ToLower(c.unit) == c.unit:
		return " " + singular(c.unit)
	}
	return strings.TrimRight(" "+c.unit, " ")
}

// ofHundred reports whether a measure's name says that it is a percentage.
func ofHundred(c column) bool {
	if c.role != compile.Measure || c.percent || !c.typ.Numeric() {
		return false
	}
	for _, w := range wordsOf(strings.ToLower(c.name)) {
		if w == "percent" || w == "percentage" || w == "pct" {
			return true
		}
	}
	return false
}

func trimZeros(s string) string { return strings.TrimSuffix(s, ".0") }

// grouped puts a comma between thousands.
func grouped(s string) string {
	sign, rest := "", s
	if strings.HasPrefix(s, "-") {
		sign, rest = "-", s[1:]
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return sign + b.String()
}

// date writes an ISO date or timestamp as its bucket is spoken of.
func date(s string, bucket plan.Bucket) string {
	var at time.Time
	var err error
	for _, layout := range []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if at, err = time.Parse(layout, s); err == nil {
			break
		}
	}
	if err != nil {
		return s
	}
	switch bucket {
	case plan.Year:
		return at.Format("2006")
	case plan.Quarter:
		return fmt.Sprintf("Q%d %d", (int(at.Month())+2)/3, at.Year())
	case plan.Month:
		return at.Format("January 2006")
	case plan.Week:
		return "the week of " + at.Format("2 January 2006")
	case plan.Hour, plan.Minute:
		return at.Format("2 January 2006 15:04")
	}
	if at.Hour() != 0 || at.Minute() != 0 || at.Second() != 0 {
		return at.Format("2 January 2006 15:04")
	}
	return at.Format("2 January 2006")
}
