package compile

import (
	"fmt"

	"github.com/leo-analytics/leo/shared/plan"
)

// The patterns of duckRead, in RE2. A number may have thousands commas; a month
// is an English word or its usual short form.
const (
	numberPattern   = `[-−]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[-−]?\.[0-9]+`
	durationPattern = `(?:([0-9]+):)?([0-9]+):([0-9]{2}(?:\.[0-9]+)?)`
	yearPattern     = `(?:^|[^0-9])(1[0-9]{3}|20[0-9]{2})(?:[^0-9]|$)`
	months          = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)` +
		`(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?`
	monthPattern     = `(?:^|[^a-z])` + months + `(?:[^a-z]|$)`
	dayBeforePattern = `(?:^|[^0-9])([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ -]*` + months + `(?:[^a-z]|$)`
	dayAfterPattern  = `(?:^|[^a-z])` + months + `\.? *([0-9]{1,2})(?:[^0-9]|$)`
)

// duckRead takes a value out of a text. Nothing in it can fail: what does not
// match is null.
func duckRead(read plan.Read, of string) string {
	switch read {
	case plan.ReadDate:
		return duckReadDate(of)
	case plan.ReadDuration:
		return duckReadDuration(of)
	}
	return duckReadNumber(of)
}

func duckReadNumber(of string) string {
	return fmt.Sprintf("TRY_CAST(replace(replace(regexp_extract(%s, '%s'), ',', ''), '−', '-') AS DOUBLE)", of, numberPattern)
}

func duckReadDuration(of string) string {
	part := func(group int) string {
		return fmt.Sprintf("TRY_CAST(regexp_extract(%s, '%s', %d) AS DOUBLE)", of, durationPattern, group)
	}
	return fmt.Sprintf("coalesce(coalesce(%s, 0) * 3600 + %s * 60 + %s, %s)", part(1), part(2), part(3), duckReadNumber(of))
}

// duckReadDate: what is written in digits comes first, then the year, month and
// day that are found, the missing ones being the first.
func duckReadDate(of string) string {
	text := "CAST(" + of + " AS VARCHAR)"
	low := "lower(" + text + ")"
	found := func(in, pattern string, group int) string {
		return fmt.Sprintf("nullif(regexp_extract(%s, '%s', %d), '')", in, pattern, group)
	}
	slashed := fmt.Sprintf("regexp_extract(%s, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}')", text)
	year, month := found(text, yearPattern, 1), found(low, monthPattern, 1)
	day := fmt.Sprintf("coalesce(%s, %s, '1')", found(low, dayBeforePattern, 1), found(low, dayAfterPattern, 2))
	return fmt.Sprintf("CAST(coalesce(TRY_CAST(regexp_extract(%s, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') AS TIMESTAMP), "+
		"try_strptime(%s, '%%m/%%d/%%Y'), try_strptime(%s, '%%d/%%m/%%Y'), "+
		"CASE WHEN coalesce(%s, %s) IS NOT NULL THEN try_strptime(concat_ws(' ', coalesce(%s, '1900'), coalesce(%s, 'jan'), %s), '%%Y %%b %%d') END) AS DATE)",
		text, slashed, slashed, year, month, year, month, day)
}
