package answer

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
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
		return trimZeros(grouped(r.FloatString(1))) + "%"
	case r.IsInt():
		if c.role == "dimension" || c.role == "time" {
			return r.FloatString(0)
		}
		return grouped(r.FloatString(0)) + suffix(c)
	}
	digits := 2
	if abs := new(big.Rat).Abs(r); abs.Cmp(big.NewRat(1, 10)) < 0 {
		digits = 4
	}
	return grouped(r.FloatString(digits)) + suffix(c)
}

func suffix(c column) string {
	if c.unit == "" || c.typ == catalog.Text {
		return ""
	}
	return " " + c.unit
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
