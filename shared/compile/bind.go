package compile

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// binder turns expressions of the plan into bound ones.
type binder struct {
	q     *query
	scope *scope
	// outputs finds an output by its name; nil where outputs cannot be named.
	outputs func(name string) *expr
	// outputsFirst lets an output win over a column of the same name.
	outputsFirst bool
	// scalars makes every aggregation a value computed once over its table.
	scalars bool
}

// expr binds e: its operand, then bucket, part or bin, then the aggregation, then
// the window.
func (b binder) expr(path plan.Path, e *plan.Expr) (*expr, error) {
	if e.Window != nil && e.Agg == "" {
		b.outputsFirst = true
	}
	x, err := b.operand(path, e)
	if err != nil {
		return nil, err
	}
	if x, err = b.refine(path, e, x); err != nil {
		return nil, err
	}
	if e.Agg != "" {
		if x, err = b.aggregate(path, e, x); err != nil {
			return nil, err
		}
	}
	if e.Window != nil {
		if x, err = b.window(path.Key("window"), e.Window, x); err != nil {
			return nil, err
		}
	}
	// Outputs may be shared between places; the path is that of this one.
	c := *x
	c.path = path
	return &c, nil
}

// operand binds what e is made of. It is nil for a count of rows.
func (b binder) operand(path plan.Path, e *plan.Expr) (*expr, error) {
	if e.Agg != "" {
		b = b.inside()
	}
	switch {
	case e.Column == "*" || e.Agg == plan.Count && (e.Value != nil || e.Column == "" && e.Op == "" && e.Of == nil):
		return nil, nil
	case e.Column != "":
		return b.name(path.Key("column"), e.Column)
	case e.Value != nil:
		return constant(path.Key("value"), e.Value)
	case e.Position:
		return b.position(path.Key("position"))
	case e.Of != nil:
		return b.expr(path.Key("of"), e.Of)
	case e.Op == plan.DateDiff:
		return b.difference(path, e)
	}
	return b.arithmetic(path, e)
}

// inside is the binder for the operand of an aggregation: rows, no outputs.
func (b binder) inside() binder {
	return binder{q: b.q, scope: b.scope}
}

// name binds a column or, where that is possible, an output.
func (b binder) name(path plan.Path, name string) (*expr, error) {
	if b.outputsFirst && b.outputs != nil {
		if x := b.outputs(name); x != nil {
			return x, nil
		}
	}
	x, err := b.scope.find(path, name)
	if err != nil || x != nil {
		return x, err
	}
	if b.outputs != nil {
		if x := b.outputs(name); x != nil {
			return x, nil
		}
	}
	var names []string
	if b.outputsFirst {
		for _, o := range b.q.outputs {
			names = append(names, o.name)
		}
	}
	return nil, b.q.noColumn(b.scope, path, name, names...)
}

func (b binder) arithmetic(path plan.Path, e *plan.Expr) (*expr, error) {
	left, right, err := b.sides(path, e)
	if err != nil {
		return nil, err
	}
	if err := needsNumber(path.Key("left"), e.Op, left); err != nil {
		return nil, err
	}
	if err := needsNumber(path.Key("right"), e.Op, right); err != nil {
		return nil, err
	}
	typ := catalog.Decimal
	if left.typ == catalog.Integer && right.typ == catalog.Integer && e.Op != plan.Divide {
		typ = catalog.Integer
	}
	x := &expr{
		node: arithmetic{e.Op, left, right}, typ: typ, level: max(left.level, right.level),
		unit: unitOf(e.Op, left, right), name: arithmeticName(e.Op, left.name, right.name), path: path,
	}
	x.percent = e.Op == plan.Divide && isShare(left, right)
	return x, nil
}

func needsNumber(path plan.Path, op plan.Op, x *expr) error {
	if x.typ.Numeric() {
		return nil
	}
	f := invalid(path, "%s holds %s; %q works with numbers.", subject(x), holdings(x.typ), string(op))
	if x.typ.Temporal() {
		return f.WithHint("The time between two dates is op date_diff with a unit.")
	}
	return f
}

func (b binder) sides(path plan.Path, e *plan.Expr) (left, right *expr, err error) {
	if left, err = b.expr(path.Key("left"), e.Left); err != nil {
		return nil, nil, err
	}
	if right, err = b.expr(path.Key("right"), e.Right); err != nil {
		return nil, nil, err
	}
	// Outputs that are sums of earlier outputs could double with each.
	if parts(left)+parts(right) > maxParts {
		return nil, nil, invalid(path, "This value is made of more than %d parts.", maxParts).
			WithHint("Compute a part of it in \"with\".")
	}
	return left, right, nil
}

// maxParts is the most an expression is made of, outputs it names included.
const maxParts = 500

func parts(x *expr) int {
	n := 0
	each(x, func(*expr) bool { n++; return true })
	return n
}

// unitOf keeps a unit that survives an operation: both sides have it, or one
// side and the other counts nothing.
func unitOf(op plan.Op, left, right *expr) string {
	switch op {
	case plan.Add, plan.Subtract:
		if left.unit == right.unit {
			return left.unit
		}
	case plan.Multiply:
		if left.unit == "" || right.unit == "" {
			return left.unit + right.unit
		}
	case plan.Divide:
		if right.unit == "" {
			return left.unit
		}
	}
	return ""
}

// isShare reports whether left is a part of right: the same aggregation, limited
// by a condition.
func isShare(left, right *expr) bool {
	a, ok := left.node.(aggregate)
	b, also := right.node.(aggregate)
	if !ok || !also || a.agg != b.agg || len(a.where) == 0 || len(b.where) > 0 || a.agg != plan.Sum && a.agg != plan.Count {
		return false
	}
	return (a.of == nil) == (b.of == nil) && (a.of == nil || a.of.name == b.of.name)
}

func (b binder) difference(path plan.Path, e *plan.Expr) (*expr, error) {
	left, right, err := b.sides(path, e)
	if err != nil {
		return nil, err
	}
	for _, side := range []struct {
		at string
		of **expr
	}{{"left", &left}, {"right", &right}} {
		x := *side.of
		if l, ok := x.node.(literal); ok && l.typ == catalog.Text {
			m, ok := plan.ParseMoment(l.text, b.q.c.opts.AsOf)
			if !ok {
				return nil, badMoment(path.Key(side.at), l.text)
			}
			x = &expr{node: literal{typ: catalog.Timestamp, time: m.Start}, typ: catalog.Timestamp, name: l.text, path: x.path}
			*side.of = x
		}
		if !x.typ.Temporal() {
			return nil, invalid(path.Key(side.at), "%s holds %s; date_diff works with dates.", subject(x), holdings(x.typ))
		}
	}
	return &expr{
		node: difference{e.Unit, left, right}, typ: catalog.Decimal, level: max(left.level, right.level),
		unit: e.Unit + "s", name: shorten(right.name + "_to_" + left.name + "_" + e.Unit + "s"), path: path,
	}, nil
}

// refine applies read, then bucket, part or bin.
func (b binder) refine(path plan.Path, e *plan.Expr, x *expr) (*expr, error) {
	if x == nil {
		return nil, nil
	}
	if e.Read != "" {
		var err error
		if x, err = read(path.Key("read"), e.Read, x); err != nil {
			return nil, err
		}
	}
	switch {
	case e.Bucket != "":
		if err := needsDate(path.Key("bucket"), x, e.Bucket.HasTime()); err != nil {
			return nil, err
		}
		typ := catalog.Date
		if e.Bucket.HasTime() {
			typ = catalog.Timestamp
		}
		return &expr{node: bucketed{e.Bucket, x}, typ: typ, level: x.level, name: dateName(x.name, string(e.Bucket)), path: path}, nil
	case e.Part != "":
		if err := needsDate(path.Key("part"), x, e.Part == plan.HourOfDay); err != nil {
			return nil, err
		}
		return &expr{node: parted{e.Part, x}, typ: catalog.Integer, level: x.level, name: dateName(x.name, string(e.Part)), path: path}, nil
	case e.Bin != 0:
		if !x.typ.Numeric() {
			return nil, invalid(path.Key("bin"), "%s holds %s; bins need numbers.", subject(x), holdings(x.typ))
		}
		typ := catalog.Decimal
		if x.typ == catalog.Integer && e.Bin == math.Trunc(e.Bin) {
			typ = catalog.Integer
		}
		return &expr{node: binned{e.Bin, x}, typ: typ, level: x.level, unit: x.unit, name: x.name + "_bin", path: path}, nil
	}
	return x, nil
}

func needsDate(path plan.Path, x *expr, clock bool) error {
	if !x.typ.Temporal() {
		return invalid(path, "%s holds %s, not dates.", subject(x), holdings(x.typ))
	}
	if clock && x.typ == catalog.Date {
		return invalid(path, "%s holds dates without a time of day.", subject(x)).WithHint("Use day or longer.")
	}
	return nil
}

// constant binds a literal that nothing is compared with yet.
func constant(path plan.Path, v any) (*expr, error) {
	switch v := v.(type) {
	case string:
		return &expr{node: literal{typ: catalog.Text, text: v}, typ: catalog.Text, name: "value", path: path}, nil
	case bool:
		return &expr{node: literal{typ: catalog.Boolean, flag: v}, typ: catalog.Boolean, name: "value", path: path}, nil
	}
	text := numberText(v)
	typ := catalog.Decimal
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		typ = catalog.Integer
	}
	return &expr{node: literal{typ: typ, text: text}, typ: typ, name: "value", path: path}, nil
}

// numberText spells a number the plan's validation has accepted.
func numberText(v any) string {
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case float64:
		if math.Abs(v) < 1e15 && math.Abs(v) > 1e-9 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}
