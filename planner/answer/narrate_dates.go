package answer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/plan"
)

// spokenDate is a date as far as it was said; a part that was not said is -1.
type spokenDate struct{ year, quarter, month, day, weekday, hour, minute int }

func noDate() spokenDate { return spokenDate{-1, -1, -1, -1, -1, -1, -1} }

// fits reports whether t is the moment or within the period that was said.
func (d spokenDate) fits(t time.Time) bool {
	same := func(said, is int) bool { return said < 0 || said == is }
	return same(d.year, t.Year()) && same(d.quarter, (int(t.Month())+2)/3) && same(d.month, int(t.Month())) &&
		same(d.day, t.Day()) && same(d.weekday, int(t.Weekday())) && same(d.hour, t.Hour()) && same(d.minute, t.Minute())
}

// part is the one number that was said, for a column that holds such numbers: 3
// for March, 1 for Monday.
func (d spokenDate) part(p plan.Part) int {
	alone := func(want spokenDate, n int) int {
		if d == want {
			return n
		}
		return -1
	}
	want := noDate()
	switch p {
	case plan.MonthOfYear:
		want.month = d.month
		return alone(want, d.month)
	case plan.QuarterOfYear:
		want.quarter = d.quarter
		return alone(want, d.quarter)
	case plan.DayOfWeek:
		want.weekday = d.weekday
		if d.weekday == 0 {
			return alone(want, 7)
		}
		return alone(want, d.weekday)
	case plan.HourOfDay:
		want.hour, want.minute = d.hour, max(d.minute, -1)
		if d.minute > 0 {
			return -1
		}
		return alone(want, d.hour)
	}
	return -1
}

// form is one spelling of dates; fields says what its groups are: y year, q
// quarter, m month (name or number), d day, w weekday, h hour, n minute, a am or pm.
type form struct {
	pattern string
	fields  string
}

const (
	monthName = `(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?`
	dayNumber = `(\d{1,2})(?:st|nd|rd|th)?`
	clockTime = `(?:,? (?:at )?(\d{1,2}):(\d{2})(?::\d{2})?)?`
	nth       = `([Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)`
)

// forms are the spellings, a longer one before its parts. A date of two numbers
// has two readings; both are tried.
func forms() []form {
	return []form{
		{`(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?)?`, "ymdhn"},
		{dayNumber + `(?: of)? ` + monthName + `,? (\d{4})` + clockTime, "dmyhn"},
		{monthName + ` ` + dayNumber + `,? (\d{4})` + clockTime, "mdyhn"},
		{monthName + `(?: of|,)? (\d{4})`, "my"},
		{`Q([1-4])(?: of|,|/|-)? ?(\d{4})`, "qy"},
		{`(\d{4})[- ]?Q([1-4])`, "yq"},
		{nth + ` quarter(?: of|,)? (\d{4})`, "qy"},
		{`(\d{4})-(\d{2})`, "ym"},
		{`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, "dmy"},
		{`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, "mdy"},
		{dayNumber + `(?: of)? ` + monthName, "dm"},
		{monthName + ` ` + dayNumber, "md"},
		{`Q([1-4])`, "q"},
		{nth + ` quarter`, "q"},
		{monthName, "m"},
		{`(Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday)s?`, "w"},
		{`(\d{1,2})(?::(\d{2}))? ?([ap]\.?m\.?)`, "hna"},
		{`(\d{1,2}):(\d{2})(?::\d{2})?`, "hn"},
	}
}

// dates takes every date in the text. It fails for one that the result and the
// plan do not have.
func (s *scan) dates() bool {
	last := len(forms()) - 1
	for i, f := range forms() {
		ok := s.each(regexp.MustCompile(f.pattern), func(m []int) bool {
			d, valid := s.read(m, f.fields)
			cells := s.datedCells(d)
			if valid && (len(cells) > 0 || slices.ContainsFunc(s.ctx.moments, d.fits)) {
				s.take(item{start: m[0], end: m[1], cells: cells, key: true})
				return true
			}
			// Day before month may be month before day, and a word at the start
			// of a name ("May") or a number beside one may be something else.
			return f.fields == "dmy" || f.fields == "dm" || f.fields == "md" || i < last && m[1]-m[0] <= 3
		})
		if !ok {
			return false
		}
	}
	return true
}

// read turns a match into a date.
func (s *scan) read(m []int, fields string) (spokenDate, bool) {
	d := noDate()
	for i, f := range fields {
		text := s.group(m, i+1)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		numeric := err == nil
		switch f {
		case 'y':
			d.year = n
		case 'q':
			d.quarter = n
			if !numeric {
				d.quarter = 1 + slices.Index([]string{"first", "second", "third", "fourth"}, strings.ToLower(text))
			}
		case 'm':
			d.month = n
			if !numeric {
				d.month = monthOf(text)
			}
		case 'd':
			d.day = n
		case 'w':
			d.weekday = slices.Index([]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}, text)
		case 'h':
			d.hour = n
		case 'n':
			d.minute = n
		case 'a':
			d.minute = max(d.minute, 0)
			d.hour = d.hour % 12
			if strings.HasPrefix(text, "p") {
				d.hour += 12
			}
		}
	}
	return d, d.month <= 12 && d.day <= 31 && d.hour < 24 && d.minute < 60
}

func monthOf(name string) int {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(m.String(), name[:3]) {
			return int(m)
		}
	}
	return 13
}

// datedCells are the cells a date may be.
func (s *scan) datedCells(d spokenDate) []cellAt {
	var out []cellAt
	for i, c := range s.table.columns {
		for row, r := range s.table.rows {
			if t, ok := moment(r[c.index]); ok && d.fits(t) {
				out = append(out, cellAt{row, i})
				continue
			}
			if c.part == "" {
				continue
			}
			if v := rat(r[c.index]); v != nil && v.IsInt() && v.Num().IsInt64() && v.Num().Int64() == int64(d.part(c.part)) {
				out = append(out, cellAt{row, i})
			}
		}
	}
	return out
}

// moment reads a cell as a date, whatever the type of its column.
func moment(v any) (time.Time, bool) {
	text, ok := v.(string)
	if !ok || len(text) < len("2006-01-02") {
		return time.Time{}, false
	}
	for _, layout := range dateLayouts() {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func dateLayouts() []string {
	return []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02"}
}
