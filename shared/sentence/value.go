package sentence

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// value words a literal compared with values of a type.
func (w writer) value(typ catalog.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		if typ.Temporal() {
			return w.moment(v.String())
		}
		return name(v.String())
	case string:
		if typ.Temporal() {
			return w.moment(v)
		}
		if typ.Numeric() {
			return name(v)
		}
		return `"` + name(v) + `"`
	}
	if typ.Temporal() {
		return w.moment(fmt.Sprint(v))
	}
	return name(fmt.Sprint(v))
}

// moment words a date literal by what it stands for.
func (w writer) moment(s string) string {
	m, ok := plan.ParseMoment(s, w.asOf)
	if !ok {
		return `"` + name(s) + `"`
	}
	switch m.Unit {
	case plan.Year:
		return m.Start.Format("2006")
	case plan.Quarter:
		return quarter(m.Start)
	case plan.Month:
		return m.Start.Format("January 2006")
	case plan.Day:
		return day(m.Start)
	}
	return clock(m.Start)
}

func day(t time.Time) string { return t.Format("2 Jan 2006") }

func quarter(t time.Time) string { return fmt.Sprintf("Q%d %d", (t.Month()+2)/3, t.Year()) }

func clock(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("2 Jan 2006 15:04:05")
	}
	return t.Format("2 Jan 2006 15:04")
}

// period words a relative period and, behind it, the stretch it is.
func (w writer) period(p *plan.Period, typ catalog.Type) string {
	unit := string(p.Unit)
	var words string
	switch {
	case p.This && p.Unit == plan.Day:
		words = "today"
	case p.Previous == 1 && p.Unit == plan.Day:
		words = "yesterday"
	case p.This:
		words = "in this " + unit
	case p.Previous == 1:
		words = "in the previous " + unit
	case p.Previous > 1:
		words = fmt.Sprintf("in the previous %d %ss", p.Previous, unit)
	case p.ToDate:
		words = "in this " + unit + " to date"
	case p.Last == 1:
		words = "in the last " + unit
	default:
		words = fmt.Sprintf("in the last %d %ss", p.Last, unit)
	}
	return words + " (" + stretch(p.Span(w.asOf), p.Unit, typ) + ")"
}

// stretch names the first and the last day of a span, or its moments where the
// time of day counts.
func stretch(s plan.Span, unit plan.Bucket, typ catalog.Type) string {
	days := !unit.HasTime() && (typ == catalog.Date || !s.ToClosed)
	if !days {
		return clock(s.From) + " to " + clock(s.To)
	}
	from, to := s.From, s.To
	if s.FromOpen {
		from = from.AddDate(0, 0, 1)
	}
	if !s.ToClosed {
		to = to.AddDate(0, 0, -1)
	}
	if day(from) == day(to) {
		return day(from)
	}
	return strings.Join([]string{day(from), day(to)}, " to ")
}
