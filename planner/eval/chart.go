package eval

import (
	"slices"
	"strings"
)

// Family maps a chart's type to what it is a variety of: bar, line, scatter or
// pie; "" for types that are not known.
func Family(chart string) string {
	switch strings.ToLower(chart) {
	case "bar", "grouped bar", "stacked bar", "histogram", "column":
		return "bar"
	case "line", "grouping line", "multi-line", "area":
		return "line"
	case "scatter", "grouping scatter", "faceted scatter", "point":
		return "scatter"
	case "pie", "donut":
		return "pie"
	}
	return ""
}

// mark is the Vega-Lite mark of a family; there is none for pies.
func mark(family string) string {
	switch family {
	case "bar", "line":
		return family
	case "scatter":
		return "point"
	}
	return ""
}

// binding is what a chart shows where: the fields on x, y, color and facet.
type binding [4]string

// blank is a field that is given but says nothing, which is not the same as none.
const blank = " "

// field is a name without case and outer space; "" for none.
func field(v any) string {
	if v == nil || v == "" {
		return ""
	}
	if s := strings.ToLower(strings.TrimFunc(python(v), space)); s != "" {
		return s
	}
	return blank
}

// plain drops a color that repeats x: it adds nothing to see.
func (b binding) plain() binding {
	if b[2] == b[0] && b[2] != blank {
		b[2] = ""
	}
	return b
}

func (b binding) fields() []string {
	all := slices.DeleteFunc(slices.Clone(b[:]), func(s string) bool { return s == "" || s == blank })
	slices.Sort(all)
	return slices.Compact(all)
}

// compareEnc compares charts as NL4DV's authors did (Srinivasan et al. 2021).
// exact: mark, bindings and aggregate agree, where a scatter plot may swap its
// axes. partial: the same mark and fields, wherever they are bound, and sum may
// stand for mean.
func compareEnc(gold GoldChart, e *Enc) (exact, partial bool) {
	if e == nil {
		e = &Enc{}
	}
	family := Family(e.Mark)
	goldMark := mark(Family(gold.Type))
	if mark(family) != goldMark || goldMark == "" {
		return false, false
	}
	want := binding{field(gold.X), field(gold.Y), field(gold.Color), field(gold.Facet)}.plain()
	got := binding{field(e.X), field(e.Y), field(e.Color), field(e.Facet)}.plain()
	agrees := want == got || goldMark == "point" && binding{want[1], want[0], want[2], want[3]} == got
	aggregate, wanted := aggregateName(e.Aggregate), ""
	if gold.Aggregate != nil {
		wanted = python(gold.Aggregate)
	}
	exact = agrees && aggregate == wanted
	typical := aggregate == "sum" && wanted == "mean" || aggregate == "mean" && wanted == "sum"
	partial = slices.Equal(want.fields(), got.fields()) && (aggregate == wanted || typical)
	return exact, exact || partial
}

func aggregateName(s string) string {
	switch s = field(s); s {
	case "avg", "average":
		return "mean"
	}
	return s
}
