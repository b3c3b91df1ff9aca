package rules

import (
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/plan"
)

// period is a stretch of time the question names: relative to the clock, or
// absolute from start to the day before end, or a month of any year.
type period struct {
	relative   *plan.Period
	start, end time.Time // half open
	unit       plan.Bucket
	month      int // a month without a year
	year       int // set when the period is a calendar year, which a number column may hold
}

const dayLayout = "2006-01-02"

// readPeriod reads a period at tokens[i] and returns how many tokens it takes,
// 0 when there is none.
func readPeriod(tokens []token, i int) (period, int) {
	for _, read := range []func([]token) (period, int){relativePeriod, toDatePeriod, isoPeriod, quarterPeriod, monthPeriod, dayMonthPeriod, yearPeriod} {
		if pd, n := read(tokens[i:]); n > 0 {
			return pd, n
		}
	}
	return period{}, 0
}

func lowerAt(tokens []token, i int) string {
	if i < 0 || i >= len(tokens) || tokens[i].quoted {
		return ""
	}
	return tokens[i].lower
}

func unitOf(w string) (plan.Bucket, bool) {
	switch strings.TrimSuffix(w, "s") {
	case "minute":
		return plan.Minute, true
	case "hour":
		return plan.Hour, true
	case "day":
		return plan.Day, true
	case "week":
		return plan.Week, true
	case "month":
		return plan.Month, true
	case "quarter":
		return plan.Quarter, true
	case "year":
		return plan.Year, true
	}
	return "", false
}

func relativePeriod(t []token) (period, int) {
	n := 0
	if lowerAt(t, n) == "the" {
		n++
	}
	switch lowerAt(t, n) {
	case "today":
		return period{relative: &plan.Period{Unit: plan.Day, This: true}}, n + 1
	case "yesterday":
		return period{relative: &plan.Period{Unit: plan.Day, Previous: 1}}, n + 1
	case "this", "current":
		if u, ok := unitOf(lowerAt(t, n+1)); ok {
			return period{relative: &plan.Period{Unit: u, This: true}}, n + 2
		}
		return period{}, 0
	case "last", "past", "previous", "preceding", "trailing", "prior":
	default:
		return period{}, 0
	}
	word := lowerAt(t, n)
	n++
	count := 0
	if n < len(t) && t[n].isNum && t[n].number >= 1 && t[n].number == float64(int(t[n].number)) {
		count = int(t[n].number)
		n++
	} else if lowerAt(t, n) == "few" || lowerAt(t, n) == "couple" {
		return period{}, 0
	}
	switch lowerAt(t, n) {
	case "full", "calendar", "complete", "whole":
		if u, ok := unitOf(lowerAt(t, n+1)); ok {
			return period{relative: &plan.Period{Unit: u, Previous: max(count, 1)}}, n + 2
		}
		return period{}, 0
	}
	u, ok := unitOf(lowerAt(t, n))
	switch {
	case !ok:
		return period{}, 0
	case count > 0:
		return period{relative: &plan.Period{Unit: u, Last: count}}, n + 1
	case word == "past" || word == "trailing":
		return period{relative: &plan.Period{Unit: u, Last: 1}}, n + 1
	}
	return period{relative: &plan.Period{Unit: u, Previous: 1}}, n + 1
}

func toDatePeriod(t []token) (period, int) {
	switch lowerAt(t, 0) {
	case "ytd":
		return period{relative: &plan.Period{Unit: plan.Year, ToDate: true}}, 1
	case "mtd":
		return period{relative: &plan.Period{Unit: plan.Month, ToDate: true}}, 1
	case "qtd":
		return period{relative: &plan.Period{Unit: plan.Quarter, ToDate: true}}, 1
	}
	if u, ok := unitOf(lowerAt(t, 0)); ok && lowerAt(t, 1) == "to" && lowerAt(t, 2) == "date" {
		return period{relative: &plan.Period{Unit: u, ToDate: true}}, 3
	}
	if (lowerAt(t, 0) == "so" && lowerAt(t, 1) == "far") && lowerAt(t, 2) == "this" {
		if u, ok := unitOf(lowerAt(t, 3)); ok {
			return period{relative: &plan.Period{Unit: u, ToDate: true}}, 4
		}
	}
	return period{}, 0
}

func isoPeriod(t []token) (period, int) {
	if len(t) == 0 {
		return period{}, 0
	}
	s := t[0].lower
	for _, f := range []struct {
		layout string
		unit   plan.Bucket
	}{{dayLayout, plan.Day}, {"2006/01/02", plan.Day}, {"2006-01", plan.Month}, {"1/2/2006", plan.Day}, {"2/1/2006", plan.Day}} {
		if d, err := time.Parse(f.layout, s); err == nil {
			return absolute(d, f.unit), 1
		}
	}
	if len(s) == 5 && strings.HasSuffix(s, "0s") {
		if y, err := strconv.Atoi(s[:4]); err == nil && y > 1000 && y < 2200 {
			start := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
			return period{start: start, end: start.AddDate(10, 0, 0), unit: plan.Year}, 1
		}
	}
	return period{}, 0
}

// absolute is the unit that d starts.
func absolute(d time.Time, unit plan.Bucket) period {
	pd := period{start: d, unit: unit}
	switch unit {
	case plan.Month:
		pd.end = d.AddDate(0, 1, 0)
	case plan.Quarter:
		pd.end = d.AddDate(0, 3, 0)
	case plan.Year:
		pd.end, pd.year = d.AddDate(1, 0, 0), d.Year()
	default:
		pd.end = d.AddDate(0, 0, 1)
	}
	return pd
}

func yearAt(t []token, i int) (int, bool) {
	if i >= len(t) || len(t[i].lower) != 4 || t[i].quoted {
		return 0, false
	}
	y, err := strconv.Atoi(t[i].lower)
	return y, err == nil && y >= 1500 && y <= 2150
}

func quarterPeriod(t []token) (period, int) {
	q, n := quarterNumber(t)
	if q == 0 {
		if y, ok := yearAt(t, 0); ok {
			if q, n := quarterNumber(t[1:]); q > 0 && n == 1 {
				return absolute(time.Date(y, time.Month(3*q-2), 1, 0, 0, 0, 0, time.UTC), plan.Quarter), 1 + n
			}
		}
		return period{}, 0
	}
	if w := lowerAt(t, n); w == "of" || w == "in" {
		n++
	}
	if y, ok := yearAt(t, n); ok {
		return absolute(time.Date(y, time.Month(3*q-2), 1, 0, 0, 0, 0, time.UTC), plan.Quarter), n + 1
	}
	return period{}, 0
}

func quarterNumber(t []token) (q, n int) {
	switch lowerAt(t, 0) {
	case "q1":
		return 1, 1
	case "q2":
		return 2, 1
	case "q3":
		return 3, 1
	case "q4":
		return 4, 1
	}
	if lowerAt(t, 1) != "quarter" {
		return 0, 0
	}
	switch lowerAt(t, 0) {
	case "first", "1st":
		return 1, 2
	case "second", "2nd":
		return 2, 2
	case "third", "3rd":
		return 3, 2
	case "fourth", "4th":
		return 4, 2
	}
	return 0, 0
}

// monthOf reads a month's name or its abbreviation; "may" only when written
// with a capital, which the caller checks.
func monthOf(w string) int {
	names := []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	for i, m := range names {
		if w == m || (len(w) >= 3 && len(w) <= 4 && strings.HasPrefix(m, w)) {
			return i + 1
		}
	}
	return 0
}

func dayNumber(w string) int {
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, suffix)
	}
	d, err := strconv.Atoi(w)
	if err != nil || d < 1 || d > 31 {
		return 0
	}
	return d
}

func monthPeriod(t []token) (period, int) {
	m := monthOf(lowerAt(t, 0))
	if m == 0 || ((t[0].lower == "may" || t[0].lower == "march" || len(t[0].lower) < 4) && t[0].text[0] >= 'a') && !followsYear(t) {
		return period{}, 0
	}
	n, day := 1, 0
	if d := dayNumber(lowerAt(t, 1)); d > 0 {
		day, n = d, 2
	}
	if w := lowerAt(t, n); w == "of" || w == "in" {
		if _, ok := yearAt(t, n+1); ok {
			n++
		}
	}
	y, ok := yearAt(t, n)
	switch {
	case ok && day > 0:
		return absolute(time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC), plan.Day), n + 1
	case ok:
		return absolute(time.Date(y, time.Month(m), 1, 0, 0, 0, 0, time.UTC), plan.Month), n + 1
	case day > 0:
		return period{}, 0
	}
	return period{month: m}, 1
}

func followsYear(t []token) bool {
	_, ok := yearAt(t, 1)
	return ok
}

func dayMonthPeriod(t []token) (period, int) {
	d := dayNumber(lowerAt(t, 0))
	if d == 0 {
		return period{}, 0
	}
	n := 1
	if lowerAt(t, n) == "of" {
		n++
	}
	m := monthOf(lowerAt(t, n))
	if m == 0 {
		return period{}, 0
	}
	y, ok := yearAt(t, n+1)
	if !ok {
		return period{}, 0
	}
	return absolute(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), plan.Day), n + 2
}

func yearPeriod(t []token) (period, int) {
	n := 0
	if w := lowerAt(t, 0); w == "year" {
		n = 1
	}
	if y, ok := yearAt(t, n); ok {
		return absolute(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), plan.Year), n + 1
	}
	return period{}, 0
}

// filters writes "column op period" as plan filters.
func (pd *period) filters(column string, op plan.FilterOp, timestamp bool) []plan.Filter {
	expr := func(o plan.FilterOp, d time.Time) plan.Filter {
		return plan.Filter{Column: column, Op: o, Value: d.Format(dayLayout)}
	}
	switch {
	case pd.month > 0:
		return []plan.Filter{{Expr: &plan.Expr{Column: column, Part: plan.MonthOfYear}, Op: plan.Equal, Value: float64(pd.month)}}
	case pd.relative != nil:
		r := *pd.relative
		return []plan.Filter{{Column: column, Op: plan.Between, Period: &r}}
	case op == plan.GreaterOrEqual:
		return []plan.Filter{expr(plan.GreaterOrEqual, pd.start)}
	case op == plan.Greater:
		return []plan.Filter{expr(plan.GreaterOrEqual, pd.end)}
	case op == plan.Less:
		return []plan.Filter{expr(plan.Less, pd.start)}
	case op == plan.LessOrEqual:
		return []plan.Filter{expr(plan.Less, pd.end)}
	case !timestamp && pd.unit == plan.Day:
		return []plan.Filter{expr(plan.Equal, pd.start)}
	}
	return []plan.Filter{expr(plan.GreaterOrEqual, pd.start), expr(plan.Less, pd.end)}
}
