package datasetstest

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// tolerance is how far two numbers may be apart, relative to the larger one.
const tolerance = 1e-6

// Mismatch compares rows with the expected ones and says what is wrong, or
// returns nil. Columns are compared by position. Values may be what a response
// of the runner holds, a [json.Number] or any Go number. Numbers are equal
// within 1e-6 of their size, a timestamp at midnight is its date, and the order
// of rows counts only when the question is Ordered.
func (q Question) Mismatch(rows [][]any) error {
	if len(rows) != len(q.Rows) {
		return fmt.Errorf("%s: %d rows, want %d", q.ID, len(rows), len(q.Rows))
	}
	used := make([]bool, len(rows))
	for i, want := range q.Rows {
		at := i
		if !q.Ordered {
			at = find(rows, used, want)
		}
		if at < 0 {
			return fmt.Errorf("%s: no row is %v", q.ID, want)
		}
		if !equalRows(rows[at], want) {
			return fmt.Errorf("%s: row %d is %v, want %v", q.ID, i+1, rows[at], want)
		}
		used[at] = true
	}
	return nil
}

// find returns the index of the first unused row that equals want, or -1.
func find(rows [][]any, used []bool, want []any) int {
	for i, row := range rows {
		if !used[i] && equalRows(row, want) {
			return i
		}
	}
	return -1
}

func equalRows(got, want []any) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if !equal(got[i], want[i]) {
			return false
		}
	}
	return true
}

func equal(got, want any) bool {
	a, aNumber := number(got)
	b, bNumber := number(want)
	if aNumber && bNumber {
		return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
	}
	if aNumber || bNumber {
		return false
	}
	if s, ok := got.(string); ok {
		got = strings.TrimSuffix(s, "T00:00:00")
	}
	if s, ok := want.(string); ok {
		want = strings.TrimSuffix(s, "T00:00:00")
	}
	return got == want
}

// number reads any number and nothing else.
func number(v any) (float64, bool) {
	if n, ok := v.(json.Number); ok {
		f, err := strconv.ParseFloat(n.String(), 64)
		return f, err == nil
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	default:
		return 0, false
	}
}
