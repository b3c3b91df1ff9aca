package plan

import (
	"encoding/json"
	"math"
	"strings"
)

// place says what an expression may be where it stands.
type place struct {
	aggs, windows bool
	// in names the place in a message.
	in string
	// depth bounds plans built by code; decoded ones are bounded already.
	depth int
}

func checkExprs(q *Query, path Path) error {
	keys := place{in: "group_by"}
	for i := range q.GroupBy {
		at := path.Key("group_by").Index(i)
		if err := checkExpr(at, &q.GroupBy[i], keys); err != nil {
			return err
		}
		if q.GroupBy[i].Value != nil {
			return invalid(at, "group_by needs a column, not a fixed value.")
		}
	}
	outputs := place{aggs: true, windows: true, in: "select"}
	for i := range q.Select {
		if err := checkExpr(path.Key("select").Index(i), &q.Select[i], outputs); err != nil {
			return err
		}
	}
	return nil
}

func checkExpr(path Path, e *Expr, p place) error {
	if p.depth++; p.depth > MaxDepth {
		return invalid(path, "The plan is nested more than %d levels deep.", MaxDepth)
	}
	for _, check := range []func(Path, *Expr, place) error{
		checkOperand, checkArithmetic, checkRefinements, checkAgg, checkWindow,
	} {
		if err := check(path, e, p); err != nil {
			return err
		}
	}
	return nil
}

// checkOperand demands one source of the value.
func checkOperand(path Path, e *Expr, p place) error {
	var set []string
	for _, s := range []struct {
		name string
		is   bool
	}{{"column", e.Column != ""}, {"value", e.Value != nil}, {"position", e.Position}, {"op", e.Op != ""}, {"of", e.Of != nil}} {
		if s.is {
			set = append(set, s.name)
		}
	}
	switch {
	case len(set) > 1:
		return invalid(path.Key(set[1]), "%s has both %s and %s; one of them is possible.", path, set[0], set[1])
	case len(set) == 0 && e.Agg != Count:
		return invalid(path, "%s needs a column, a value, a position, an op or a nested \"of\".", path)
	case e.Column == "*" && e.Agg != Count:
		return invalid(path.Key("column"), "\"*\" can only be counted.").WithHint("List the columns by name.")
	case e.Column != "":
		return checkText(path.Key("column"), e.Column)
	case e.Value != nil:
		return checkScalar(path.Key("value"), e.Value)
	case e.Of != nil:
		if e.Agg != "" {
			p = place{in: "an aggregation", depth: p.depth}
		} else if e.Window != nil {
			p.windows = false
		}
		return checkExpr(path.Key("of"), e.Of, p)
	}
	return nil
}

func checkArithmetic(path Path, e *Expr, p place) error {
	if e.Op == "" {
		switch {
		case e.Left != nil:
			return invalid(path.Key("left"), "%s has \"left\" but no \"op\".", path)
		case e.Right != nil:
			return invalid(path.Key("right"), "%s has \"right\" but no \"op\".", path)
		case e.Unit != "":
			return invalid(path.Key("unit"), "\"unit\" belongs to op date_diff.")
		}
		return nil
	}
	if err := checkWord(path.Key("op"), "op", e.Op, Ops()); err != nil {
		return err
	}
	if e.Left == nil || e.Right == nil {
		return invalid(path, "%s needs \"left\" and \"right\" for op %q.", path, string(e.Op))
	}
	if e.Op == DateDiff {
		if err := checkWord(path.Key("unit"), "date_diff unit", e.Unit, DiffUnits()); err != nil {
			return err
		}
	} else if e.Unit != "" {
		return invalid(path.Key("unit"), "\"unit\" belongs to op date_diff.")
	}
	if e.Agg != "" {
		p = place{in: "an aggregation", depth: p.depth}
	} else if e.Window != nil {
		p.windows = false
	}
	if err := checkExpr(path.Key("left"), e.Left, p); err != nil {
		return err
	}
	return checkExpr(path.Key("right"), e.Right, p)
}

func checkRefinements(path Path, e *Expr, _ place) error {
	if e.Read != "" {
		if err := checkWord(path.Key("read"), "read", e.Read, Reads()); err != nil {
			return err
		}
		if e.Value != nil || e.Position || e.Column == "*" || e.Column == "" && e.Op == "" && e.Of == nil {
			return invalid(path, "%s needs a column to read from.", path)
		}
	}
	n := 0
	for _, set := range []bool{e.Bucket != "", e.Part != "", e.Bin != 0} {
		if set {
			n++
		}
	}
	switch {
	case n > 1:
		return invalid(path, "%s has more than one of bucket, part and bin.", path)
	case n == 1 && (e.Value != nil || e.Position || e.Column == "*" || e.Column == "" && e.Op == "" && e.Of == nil):
		return invalid(path, "%s needs a column for its bucket, part or bin.", path)
	case e.Bin < 0 || math.IsNaN(e.Bin) || math.IsInf(e.Bin, 0):
		return invalid(path.Key("bin"), "The width of a bin is greater than 0.")
	case e.Bucket != "":
		return checkWord(path.Key("bucket"), "bucket", e.Bucket, Buckets())
	case e.Part != "":
		return checkWord(path.Key("part"), "part", e.Part, Parts())
	}
	return nil
}

func checkAgg(path Path, e *Expr, p place) error {
	if e.Agg == "" {
		if e.Where != nil {
			return invalid(path.Key("where"), "\"where\" belongs to an aggregation.").
				WithHint("Add \"agg\", or use filters.")
		}
		if e.Percentile != 0 {
			return invalid(path.Key("percentile"), "\"percentile\" belongs to agg percentile.")
		}
		return nil
	}
	if err := checkWord(path.Key("agg"), "aggregation", e.Agg, Aggs()); err != nil {
		return err
	}
	switch {
	case !p.aggs:
		f := invalid(path.Key("agg"), "An aggregation cannot stand in %s.", p.in)
		if p.in == "filters" {
			return f.WithHint("Use having to filter groups, or put the aggregation on the right side.")
		}
		return f.WithHint("Put the inner plan into \"with\" and use it as a table.")
	case e.Agg == Percentile && e.Percentile == 0:
		return invalid(path.Key("percentile"), "agg percentile needs \"percentile\".").
			WithHint("0.95 is the 95th percentile.")
	case e.Agg != Percentile && e.Percentile != 0:
		return invalid(path.Key("percentile"), "\"percentile\" belongs to agg percentile.")
	case e.Percentile < 0 || e.Percentile > 1 || math.IsNaN(e.Percentile):
		return invalid(path.Key("percentile"), "A percentile is greater than 0 and at most 1, not %v.", e.Percentile).
			WithHint("0.95 is the 95th percentile.")
	case e.Value != nil && e.Agg != Count:
		return invalid(path.Key("value"), "%s aggregates a fixed value.", path)
	}
	return checkConditions(path.Key("where"), e.Where, rowPlace("where", p.depth))
}

func checkWindow(path Path, e *Expr, p place) error {
	w := e.Window
	if w == nil {
		return nil
	}
	path = path.Key("window")
	if !p.windows {
		return invalid(path, "A window cannot stand in %s.", p.in).
			WithHint("Put the plan with the window into \"with\" and filter that.")
	}
	if err := checkWord(path.Key("kind"), "window", w.Kind, WindowKinds()); err != nil {
		return err
	}
	if err := checkPeriods(path.Key("periods"), w); err != nil {
		return err
	}
	if w.Kind == Share && len(w.OrderBy) > 0 {
		return invalid(path.Key("order_by"), "A share has no order.")
	}
	if len(w.PartitionBy) > MaxItems || len(w.OrderBy) > MaxItems {
		return invalid(path, "%s has more than %d names.", path, MaxItems)
	}
	if err := checkNames(path.Key("partition_by"), w.PartitionBy); err != nil {
		return err
	}
	return checkOrders(path.Key("order_by"), w.OrderBy, place{aggs: true, in: "a window's order", depth: p.depth})
}

func checkPeriods(path Path, w *Window) error {
	switch w.Kind {
	case Previous, Change, PercentChange:
	case MovingAverage:
		if w.Periods < 2 {
			return invalid(path, "moving_average needs \"periods\" of 2 or more.").
				WithHint("3 averages each row with the two before it.")
		}
	default:
		if w.Periods != 0 {
			return invalid(path, "\"periods\" does not belong to %s.", w.Kind)
		}
	}
	if w.Periods < 0 || w.Periods > 1000 {
		return invalid(path, "\"periods\" is 1 to 1000, not %d.", w.Periods)
	}
	return nil
}

// checkScalar allows text, booleans and numbers an engine can hold.
func checkScalar(path Path, v any) error {
	switch v := v.(type) {
	case string:
		return checkText(path, v)
	case bool, int, int64:
		return nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return invalid(path, "%s is not a finite number.", path)
		}
		return nil
	case json.Number:
		return checkNumber(path, v.String())
	case []any:
		return invalid(path, "%s must be one value, not a list.", path).
			WithHint("Lists belong to in, not_in and between.")
	}
	return invalid(path, "%s must be text, a number, or true or false.", path)
}

func checkNumber(path Path, s string) error {
	f, err := json.Number(s).Float64()
	if !json.Valid([]byte(s)) || strings.TrimSpace(s) != s || err != nil || math.IsInf(f, 0) || len(s) > 60 {
		return invalid(path, "%s is not a number that can be computed with.", path)
	}
	return nil
}
