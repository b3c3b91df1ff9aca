// Package edittest lists the edits that a menu offers, as a person could choose
// them one by one. Whatever it returns is either applied to a plan that compiles
// and runs, or refused with a fault that names the path: tests of the editor and
// of the whole product hold it to that.
package edittest

import (
	"encoding/json"
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/plan/edit"
)

// Offers returns every edit of a menu: each part changed into everything it may
// become, each kind of part added, each part that can go removed. Values of
// conditions are made for their type.
func Offers(m edit.Menu) []edit.Edit {
	var out []edit.Edit
	for _, c := range flat(m.Chips) {
		path := plan.Path(c.Path)
		out = append(out, changes(m, c, path)...)
		if c.Removable {
			out = append(out, edit.Edit{Action: edit.Remove, Path: path})
		}
	}
	for _, kind := range m.Add {
		out = append(out, additions(m, kind)...)
	}
	return out
}

func flat(chips []edit.Chip) []edit.Chip {
	var out []edit.Chip
	for _, c := range chips {
		out = append(append(out, c), flat(c.Parts)...)
	}
	return out
}

func changes(m edit.Menu, c edit.Chip, path plan.Path) []edit.Edit {
	var out []edit.Edit
	add := func(ed edit.Edit) {
		ed.Action, ed.Path = edit.Set, path
		out = append(out, ed)
	}
	switch {
	case c.Measure != nil:
		for _, x := range measures(m) {
			if fits(m, x, c.Needs) {
				add(edit.Edit{Measure: &x})
			}
		}
	case c.Dimension != nil:
		for _, x := range dimensions(m) {
			add(edit.Edit{Dimension: &x})
		}
	case c.Condition != nil:
		for _, x := range Conditions(edit.Condition{}, c.Condition.Type, m.Types[c.Condition.Type].Ops) {
			add(edit.Edit{Condition: &x})
		}
		if c.Condition.Column != "" {
			for _, col := range m.Columns {
				x := Conditions(edit.Condition{Column: col.ID}, col.Type, m.Types[col.Type].Ops)[0]
				add(edit.Edit{Condition: &x})
			}
		}
	case c.Order != nil:
		for _, x := range orders(m) {
			add(edit.Edit{Order: &x})
		}
	case c.Limit > 0:
		add(edit.Edit{Limit: new(int)})
		*out[len(out)-1].Limit = c.Limit + 1
	}
	return out
}

func additions(m edit.Menu, kind edit.Kind) []edit.Edit {
	var out []edit.Edit
	switch kind {
	case edit.KindMeasure:
		for _, x := range measures(m) {
			out = append(out, edit.Edit{Action: edit.Add, Measure: &x})
		}
	case edit.KindDimension:
		for _, x := range dimensions(m) {
			out = append(out, edit.Edit{Action: edit.Add, Dimension: &x})
		}
	case edit.KindFilter, edit.KindRange:
		for _, col := range m.Columns {
			if (kind == edit.KindRange) != col.Type.Temporal() {
				continue
			}
			for _, x := range Conditions(edit.Condition{Column: col.ID}, col.Type, m.Types[col.Type].Ops) {
				out = append(out, edit.Edit{Action: edit.Add, Condition: &x})
			}
		}
		for _, o := range m.Outputs {
			if kind == edit.KindFilter && o.Measure {
				x := Conditions(edit.Condition{Output: o.Name}, o.Type, m.Types[o.Type].Ops)[0]
				out = append(out, edit.Edit{Action: edit.Add, Condition: &x})
			}
		}
	case edit.KindOrder:
		for _, x := range orders(m) {
			out = append(out, edit.Edit{Action: edit.Add, Order: &x})
		}
	case edit.KindLimit:
		n := 7
		out = append(out, edit.Edit{Action: edit.Add, Limit: &n})
	}
	return out
}

func measures(m edit.Menu) []edit.Measure {
	out := []edit.Measure{{Agg: plan.Count}}
	for _, c := range m.Columns {
		for _, agg := range m.Types[c.Type].Aggs {
			out = append(out, edit.Measure{Agg: agg, Column: c.ID})
		}
	}
	return out
}

// fits reports whether a measure is of the kind that its surroundings need.
func fits(m edit.Menu, x edit.Measure, needs string) bool {
	typ := catalog.Decimal
	if x.Agg == plan.Min || x.Agg == plan.Max {
		typ = m.Columns[slices.IndexFunc(m.Columns, func(c edit.Column) bool { return c.ID == x.Column })].Type
	}
	return needs == "" || needs == "number" && typ.Numeric() || needs == "date" && typ.Temporal()
}

func dimensions(m edit.Menu) []edit.Dimension {
	var out []edit.Dimension
	for _, c := range m.Columns {
		out = append(out, edit.Dimension{Column: c.ID})
		for _, b := range m.Types[c.Type].Buckets {
			out = append(out, edit.Dimension{Column: c.ID, Bucket: b})
		}
		for _, p := range m.Types[c.Type].Parts {
			out = append(out, edit.Dimension{Column: c.ID, Part: p})
		}
	}
	return out
}

func orders(m edit.Menu) []edit.Order {
	out := []edit.Order{}
	for _, o := range m.Outputs {
		out = append(out, edit.Order{By: o.Name, Direction: plan.Asc}, edit.Order{By: o.Name, Direction: plan.Desc})
	}
	return out
}

// Conditions completes a condition by each operator, with a value of the type.
func Conditions(c edit.Condition, typ catalog.Type, ops []plan.FilterOp) []edit.Condition {
	low, high := `"a"`, `"b"`
	switch {
	case typ.Numeric():
		low, high = `1`, `25.5`
		if typ == catalog.Integer {
			high = `25`
		}
	case typ.Temporal():
		low, high = `"2026-01-01"`, `"2026-07"`
	case typ == catalog.Boolean:
		low, high = `true`, `false`
	case typ == catalog.Time:
		low, high = `"08:00"`, `"17:30"`
	}
	var out []edit.Condition
	for _, op := range ops {
		x := c
		x.Op = op
		switch op {
		case plan.IsNull, plan.NotNull:
		case plan.In, plan.NotIn, plan.Between:
			x.Value = json.RawMessage("[" + low + "," + high + "]")
		default:
			x.Value = json.RawMessage(low)
		}
		out = append(out, x)
	}
	if typ.Temporal() && slices.Contains(ops, plan.Between) {
		for _, p := range []plan.Period{{Unit: plan.Month, Last: 12}, {Unit: plan.Quarter, This: true}, {Unit: plan.Year, Previous: 1}, {Unit: plan.Year, ToDate: true}} {
			x := c
			x.Op, x.Period = plan.Between, &p
			out = append(out, x)
		}
	}
	return out
}
