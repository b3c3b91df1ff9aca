package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// nameDates puts "in each day" and "group by date of issue" together: one date, cut
// into days. Years of a chart are whole numbers.
func (d *draft) nameDates() {
	in := d.in
	at := slices.IndexFunc(in.groups, func(t *term) bool { return t.bucket != "" && t.link.score == 0 })
	if at < 0 || !d.drawing.said() {
		return
	}
	for i, t := range in.groups {
		plain := t.role == asColumn && t.bucket == "" && t.part == "" && t.link.score > 0 && t.link.ref.col >= 0
		if plain && d.p.column(t.link.ref).Type.Temporal() {
			t.bucket = in.groups[at].bucket
			in.groups = slices.Delete(in.groups, at, at+1)
			if i > at {
				i--
			}
			at = i
			break
		}
	}
	if t := in.groups[at]; t.bucket == plan.Year && d.drawing.chart != "" {
		if l, ok := d.dateColumn(nil); t.link.score > 0 || ok && d.p.column(l.ref).Type.Temporal() {
			t.bucket, t.part = "", plan.YearPart
		}
	}
}

// cutDates groups dates by the part that bins were asked for.
func (d *draft) cutDates() {
	part := d.drawing.part
	if part == "" {
		return
	}
	in := d.in
	dated := func(t *term) bool {
		return t.role == asColumn && t.link.score > 0 && t.link.ref.col >= 0 && t.bucket == "" && t.part == "" &&
			(d.p.column(t.link.ref).Type.Temporal() || d.p.column(t.link.ref).year) && t.agg != plan.Min && t.agg != plan.Max
	}
	var date *term
	for _, t := range slices.Concat(in.groups, in.outs) {
		if dated(t) && date == nil {
			c := *t
			date = &c
		}
	}
	if date == nil {
		l, ok := d.dateColumn(nil)
		if !ok {
			return
		}
		date = &term{role: asColumn, link: l, implicit: true}
		d.use(l)
	}
	date.agg, date.distinct = "", false
	in.leftover = slices.DeleteFunc(in.leftover, func(it *item) bool { return oneOf(it.word, "date", "dates", "day", "time") })
	if d.p.column(date.link.ref).Type.Temporal() {
		date.part = part
	}
	in.groups = slices.DeleteFunc(in.groups, dated)
	in.outs = slices.DeleteFunc(in.outs, dated)
	in.groups = append([]*term{date}, slices.DeleteFunc(in.groups, func(t *term) bool { return t.bucket != "" })...)
	in.trend = false
	if len(in.outs) == 0 {
		in.outs = append(in.outs, &term{role: asRows, agg: plan.Count, implicit: true})
	}
	in.counted = true
}
