package edit

import (
	"encoding/json"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// Menu is what a plan's interpretation may become.
type Menu struct {
	Chips []Chip `json:"chips"`
	// Add lists the kinds of parts that can be added.
	Add []Kind `json:"add"`
	// Columns are those a part may be about: of the tables the plan reads first,
	// then of those it could look up.
	Columns []Column `json:"columns"`
	// Outputs are the columns of the result, which can be sorted by.
	Outputs []Output `json:"outputs"`
	// Types says what can be done with the columns of a type.
	Types map[catalog.Type]TypeOptions `json:"types"`
	// Grouped says that the plan's rows are groups, not rows of a table.
	Grouped  bool `json:"grouped"`
	MaxLimit int  `json:"max_limit"`
}

// Chip is a part of the interpretation with what it is now. At most one of
// Measure, Dimension, Condition, Order and Limit is set; where none is, the part
// cannot be edited and Fixed says why.
type Chip struct {
	event.Chip
	// Upper is the path of the second condition where the part is two that limit a
	// stretch of days: they are shown, changed and removed as one.
	Upper     plan.Path `json:"upper,omitempty"`
	Removable bool      `json:"removable"`
	Fixed     string    `json:"fixed,omitempty"`
	Measure   *Measure  `json:"measure,omitempty"`
	// Needs is "number" or "date" where a measure is computed with, and has to
	// stay one.
	Needs     string     `json:"needs,omitempty"`
	Dimension *Dimension `json:"dimension,omitempty"`
	Condition *Compared  `json:"condition,omitempty"`
	Order     *Order     `json:"order,omitempty"`
	Limit     int        `json:"limit,omitempty"`
	// Parts are pieces of it that are edited one by one: the alternatives of an
	// OR, the sides of a ratio, the condition of a measure.
	Parts []Chip `json:"parts,omitempty"`
}

// Compared is a condition as it is now, with the type of its left side. Left
// words the left side where it is more than a column, and stays.
type Compared struct {
	Condition
	Type catalog.Type `json:"type"`
	Left string       `json:"left,omitempty"`
}

// Column is a column that a part may be about. ID is what edits call it.
type Column struct {
	ID string `json:"id"`
	// Source is the plan's name for the table, and Table the table's own.
	Source      string       `json:"source"`
	Table       string       `json:"table"`
	Name        string       `json:"name"`
	Type        catalog.Type `json:"type"`
	Unit        string       `json:"unit,omitempty"`
	Description string       `json:"description,omitempty"`
	// Via is the column the table is looked up by, where the plan does not read
	// it yet.
	Via string `json:"via,omitempty"`
	// Values says that the catalogue knows values of the column.
	Values bool `json:"values,omitempty"`
}

// Output is a column of the result.
type Output struct {
	Name string       `json:"name"`
	Type catalog.Type `json:"type"`
	// Measure says that it is computed of a group.
	Measure bool `json:"measure,omitempty"`
}

// TypeOptions are what can be done with a type.
type TypeOptions struct {
	Aggs    []plan.Agg      `json:"aggs"`
	Buckets []plan.Bucket   `json:"buckets"`
	Parts   []plan.Part     `json:"parts"`
	Ops     []plan.FilterOp `json:"ops"`
}

// Menu lists the plan's chips, what each may become and what may be added.
func (e *Editor) Menu() Menu {
	m := Menu{
		Chips: []Chip{}, Columns: []Column{}, Outputs: e.outputs(), Grouped: e.grouped, MaxLimit: plan.MaxLimit,
		Types: map[catalog.Type]TypeOptions{},
	}
	for _, c := range sentence.Chips(e.plan, e.data, e.opts.AsOf) {
		m.Chips = append(m.Chips, e.chip(c))
	}
	for i, n := range e.plan.With {
		m.Chips = append(m.Chips, Chip{
			Chip:  event.Chip{Kind: "with", Label: n.Name, Path: string(plan.Path("/with").Index(i))},
			Fixed: "This part is a query of its own that the rest reads. Ask for it anew to change it.",
		})
	}
	if e.grouped {
		m.Add = append(m.Add, KindMeasure)
	}
	m.Add = append(m.Add, KindDimension, KindFilter)
	for _, s := range e.sources {
		for i := range s.table.Columns {
			c := e.menuColumn(s, &s.table.Columns[i])
			m.Columns = append(m.Columns, c)
			m.Types[c.Type] = optionsOf(c.Type)
		}
	}
	for _, o := range m.Outputs {
		m.Types[o.Type] = optionsOf(o.Type)
	}
	for t := range m.Types {
		if t.Temporal() {
			m.Add = append(m.Add, KindRange)
			break
		}
	}
	m.Add = append(m.Add, KindOrder)
	if e.plan.Limit == 0 {
		m.Add = append(m.Add, KindLimit)
	}
	return m
}

func optionsOf(t catalog.Type) TypeOptions {
	o := TypeOptions{Aggs: aggsOf(t), Buckets: bucketsOf(t), Parts: partsOf(t), Ops: opsOf(t)}
	if o.Buckets == nil {
		o.Buckets, o.Parts = []plan.Bucket{}, []plan.Part{}
	}
	return o
}

func (e *Editor) menuColumn(s source, c *catalog.Column) Column {
	out := Column{
		ID: s.name + "." + c.Name, Source: s.name, Table: s.table.Name, Name: c.Name, Type: c.Type, Unit: c.Unit, Description: c.Description,
		Values: !s.subplan && c.Profile != nil && len(c.Profile.Top) > 0,
	}
	if s.subplan {
		out.Table = ""
	}
	if len(s.joins) > 0 {
		out.Via = s.via + "." + s.on[0].Left
	}
	return out
}

// outputs lists the columns of the result.
func (e *Editor) outputs() []Output {
	out := []Output{}
	for _, c := range e.st.Columns {
		x := exprAt(e.plan, plan.Path(c.Path))
		out = append(out, Output{Name: c.Name, Type: c.Type, Measure: x != nil && aggregates(x) && x.Window == nil})
	}
	return out
}

// chip says what a part is now and whether it can go.
func (e *Editor) chip(c event.Chip) Chip {
	out := Chip{Chip: c, Removable: e.removable(plan.Path(c.Path))}
	path := plan.Path(c.Path)
	switch {
	case path == "/limit":
		out.Limit = e.plan.Limit
	case path == "/top":
		out.Limit = e.plan.Top.N
	case strings.HasPrefix(c.Path, "/order_by/"):
		e.orderChip(&out, path)
	case strings.HasPrefix(c.Path, "/filters/"), strings.HasPrefix(c.Path, "/having/"):
		e.conditionChip(&out, path)
	default:
		e.outputChip(&out, path)
	}
	return out
}

func (e *Editor) removable(path plan.Path) bool {
	_, err := e.Apply(Edit{Action: Remove, Path: path})
	return err == nil
}

func (e *Editor) orderChip(out *Chip, path plan.Path) {
	for at, o := range e.plan.Orders() {
		if at != path {
			continue
		}
		out.Order = &Order{Direction: o.Direction}
		if out.Order.Direction == "" {
			out.Order.Direction = plan.Asc
		}
		if name := e.sortedBy(o); name != "" {
			out.Order.By = name
		}
	}
}

// sortedBy is the output a sort key means; "" if it is something else.
func (e *Editor) sortedBy(o *plan.OrderBy) string {
	for _, c := range e.st.Columns {
		x := exprAt(e.plan, plan.Path(c.Path))
		switch {
		case o.Expr == nil && same(c.Name, o.By), o.Expr != nil && x != nil && sameExpr(x, o.Expr):
			return c.Name
		case o.Expr == nil && x != nil && x.Agg == "" && x.Column != "" && e.id(o.By) != "" && e.id(o.By) == e.id(x.Column):
			return c.Name
		}
	}
	return ""
}

// outputChip is a measure or a grouping.
func (e *Editor) outputChip(out *Chip, path plan.Path) {
	x := exprAt(e.plan, path)
	w := &work{e: e, q: e.plan}
	for i := range e.plan.GroupBy {
		if path == plan.Path("/group_by").Index(i) {
			if shown := w.keyIn(i); len(shown) > 0 {
				x = &e.plan.Select[shown[0]]
			}
		}
	}
	switch {
	case x == nil:
		out.Fixed = "This part is edited in the plan itself."
	case simpleMeasure(x):
		m := &Measure{Agg: x.Agg, Column: e.id(x.Column), Percentile: x.Percentile}
		if x.Column == "*" || x.Column == "" || m.Column != "" {
			out.Measure, out.Needs = m, e.needs(path, x)
		} else {
			out.Fixed = "This measure is computed of a result, not of a column."
		}
	case simpleColumn(x) && e.id(x.Column) != "":
		out.Dimension = &Dimension{Column: e.id(x.Column), Bucket: x.Bucket, Part: x.Part}
	case x.Bin != 0 && x.Column != "" && x.Agg == "" && x.Window == nil && inside(path, "/group_by"):
		out.Dimension = &Dimension{Column: e.id(x.Column)}
	case x.Window != nil:
		out.Fixed = "This compares rows of the result. What it is computed of can be edited where it is shown."
	case x.Op != "":
		out.Fixed = "This is computed of several parts, which are edited one by one."
	default:
		out.Fixed = "This is more than one column, and is edited in the plan itself."
	}
	out.Parts = e.parts(path, x)
}

// needs says what the surroundings of a measure compute with.
func (e *Editor) needs(path plan.Path, x *plan.Expr) string {
	if x.Window != nil && x.Window.Kind != plan.Previous && x.Window.Kind != plan.Rank {
		return needsNumber
	}
	for at, outer := range e.plan.Exprs() {
		switch {
		case !inside(path, at):
		case outer.Op == plan.DateDiff:
			return needsDate
		case outer.Op != "" || outer.Window != nil:
			return needsNumber
		}
	}
	return ""
}

// What a measure that is computed with has to be.
const (
	needsNumber = "number"
	needsDate   = "date"
)

// parts are the measures inside an expression, and the conditions on it.
func (e *Editor) parts(path plan.Path, x *plan.Expr) []Chip {
	if x == nil {
		return nil
	}
	var out []Chip
	out = append(out, e.conditionParts(path.Key("where"), x.Where)...)
	if x.Agg != "" {
		return out
	}
	for _, side := range []struct {
		key string
		of  *plan.Expr
	}{{"left", x.Left}, {"right", x.Right}, {"of", x.Of}} {
		at := path.Key(side.key)
		if side.of == nil || !aggregates(side.of) {
			continue
		}
		if !simpleMeasure(side.of) {
			out = append(out, e.parts(at, side.of)...)
			continue
		}
		c := Chip{Chip: event.Chip{
			Kind: string(KindMeasure), Path: string(at), Label: sentence.Expression(e.plan, e.data, e.opts.AsOf, side.of),
		}}
		e.outputChip(&c, at)
		out = append(out, c)
	}
	return out
}

// conditionParts are the conditions of a list inside another part.
func (e *Editor) conditionParts(base plan.Path, list []plan.Filter) []Chip {
	var out []Chip
	for i := range list {
		path := base.Index(i)
		if days, at := e.rangeAt(e.plan, path); days != nil && at == days.Second() {
			continue // it is shown with the first
		}
		out = append(out, e.conditionPart(path, &list[i]))
	}
	return out
}

// conditionPart is a condition inside another part.
func (e *Editor) conditionPart(path plan.Path, f *plan.Filter) Chip {
	having := strings.HasPrefix(string(path), "/having")
	c := Chip{Removable: e.removable(path), Chip: event.Chip{
		Kind: string(KindFilter), Path: string(path), Label: sentence.Condition(e.plan, e.data, e.opts.AsOf, f, having),
	}}
	e.conditionChip(&c, path)
	return c
}

// conditionChip is a comparison, or several.
func (e *Editor) conditionChip(out *Chip, path plan.Path) {
	f := filterAt(e.plan, path)
	days, at := e.rangeAt(e.plan, path)
	switch {
	case f == nil:
		return
	case days != nil && at == days.First():
		e.rangeChip(out, path, days)
	case f.Or != nil || f.And != nil:
		key, list := "or", f.Or
		if f.And != nil {
			key, list = "and", f.And
		}
		out.Fixed = "These conditions belong together and are edited one by one."
		out.Parts = append(out.Parts, e.conditionParts(path.Key(key), list)...)
	case f.Not != nil:
		out.Fixed = "This turns a condition around, which is edited by itself."
		out.Parts = []Chip{e.conditionPart(path.Key("not"), f.Not)}
	case f.Exists != nil:
		out.Fixed = "This asks for rows of another table, and is edited in the plan itself."
	case f.Right != nil:
		out.Fixed = "This compares with something computed, and is edited in the plan itself."
	default:
		out.Condition = e.compared(path, f)
	}
}

// compared is a comparison as it is now.
func (e *Editor) compared(path plan.Path, f *plan.Filter) *Compared {
	c := &Compared{Condition: Condition{Op: f.Op, Period: f.Period}}
	if f.Value != nil {
		// The value came from JSON and goes back to it.
		c.Value, _ = json.Marshal(f.Value) //nolint:errchkjson // see above
	}
	groups := strings.HasPrefix(string(path), "/having")
	switch {
	case groups && f.Column != "" && e.output(f.Column) != nil:
		o := e.output(f.Column)
		c.Output, c.Type = o.Name, o.Type
	case !groups && f.Column != "" && e.id(f.Column) != "":
		_, col := e.column(f.Column)
		c.Column, c.Type = e.id(f.Column), col.Type
	default:
		left := f.Expr
		if left == nil {
			left = &plan.Expr{Column: f.Column}
		}
		c.Left, c.Type = sentence.Expression(e.plan, e.data, e.opts.AsOf, left), e.typeOf(left)
	}
	return c
}

func (e *Editor) output(name string) *Output {
	for _, o := range e.outputs() {
		if same(o.Name, name) {
			return &o
		}
	}
	return nil
}

// typeOf is the type of the left side of a condition, by compiling it as the
// only column of the plan.
func (e *Editor) typeOf(x *plan.Expr) catalog.Type {
	q := e.plan.Clone()
	q.Select, q.GroupBy, q.Having, q.OrderBy, q.Top, q.Distinct = []plan.Expr{*x.Clone()}, nil, nil, nil, nil, false
	st, err := compile.Compile(q, e.data, compile.Options{AsOf: e.opts.AsOf})
	if err != nil || len(st.Columns) != 1 {
		return catalog.Other
	}
	return st.Columns[0].Type
}
