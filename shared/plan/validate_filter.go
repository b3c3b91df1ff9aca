package plan

import "strings"

// conditionPlace says what the two sides of a comparison may be.
type conditionPlace struct {
	left, right place
}

// rowPlace is for conditions on rows: no aggregation on the left; on the right
// it is a scalar over the whole table.
func rowPlace(in string, depth int) conditionPlace {
	return conditionPlace{left: place{in: in, depth: depth}, right: place{aggs: true, in: in, depth: depth}}
}

func checkFilters(q *Query, path Path) error {
	if err := checkConditions(path.Key("filters"), q.Filters, rowPlace("filters", 0)); err != nil {
		return err
	}
	p := place{aggs: true, in: "having"}
	return checkConditions(path.Key("having"), q.Having, conditionPlace{left: p, right: p})
}

func checkConditions(path Path, list []Filter, p conditionPlace) error {
	if len(list) > MaxItems {
		return invalid(path, "%s has %d conditions; %d are possible.", path, len(list), MaxItems)
	}
	for i := range list {
		if err := checkCondition(path.Index(i), &list[i], p); err != nil {
			return err
		}
	}
	return nil
}

func checkCondition(path Path, f *Filter, p conditionPlace) error {
	if p.left.depth++; p.left.depth > MaxDepth {
		return invalid(path, "The plan is nested more than %d levels deep.", MaxDepth)
	}
	p.right.depth = p.left.depth
	var forms []string
	for _, s := range []struct {
		name string
		is   bool
	}{
		{"op", f.Op != ""}, {"and", f.And != nil}, {"or", f.Or != nil}, {"not", f.Not != nil}, {"exists", f.Exists != nil},
	} {
		if s.is {
			forms = append(forms, s.name)
		}
	}
	switch {
	case len(forms) == 0:
		return invalid(path, "%s needs an op, or one of and, or, not and exists.", path)
	case len(forms) > 1:
		return invalid(path.Key(forms[1]), "%s has both %s and %s; one of them is possible.", path, forms[0], forms[1])
	case f.Op != "":
		return checkComparison(path, f, p)
	case f.Column != "" || f.Expr != nil || f.Value != nil || f.Period != nil || f.Right != nil:
		return invalid(path, "%s has a column or a value but no op.", path)
	}
	return checkGroup(path, f, p)
}

func checkGroup(path Path, f *Filter, p conditionPlace) error {
	switch {
	case f.Not != nil:
		return checkCondition(path.Key("not"), f.Not, p)
	case f.Exists != nil:
		return checkExists(path.Key("exists"), f.Exists, p.left.depth)
	}
	name, list := "and", f.And
	if f.Or != nil {
		name, list = "or", f.Or
	}
	if len(list) == 0 {
		return invalid(path.Key(name), "%q needs at least one condition.", name)
	}
	return checkConditions(path.Key(name), list, p)
}

func checkExists(path Path, e *Exists, depth int) error {
	if err := checkName(path.Key("table"), "a table", e.Table); err != nil {
		return err
	}
	if err := checkPairs(path.Key("on"), e.On); err != nil {
		return err
	}
	return checkConditions(path.Key("filters"), e.Filters, rowPlace("filters", depth))
}

func checkComparison(path Path, f *Filter, p conditionPlace) error {
	if err := checkWord(path.Key("op"), "filter op", f.Op, FilterOps()); err != nil {
		return err
	}
	if (f.Column == "") == (f.Expr == nil) {
		return invalid(path, "%s needs either \"column\" or \"expr\" on its left side.", path)
	}
	if f.Expr != nil {
		if f.Expr.Value != nil && f.Expr.Agg == "" {
			return invalid(path.Key("expr"), "The left side of %s is a fixed value.", path).
				WithHint("Put the column on the left.")
		}
		if err := checkExpr(path.Key("expr"), f.Expr, p.left); err != nil {
			return err
		}
	} else if err := checkName(path.Key("column"), "a column", f.Column); err != nil {
		return err
	}
	return checkRightSide(path, f, p.right)
}

// checkRightSide demands the one right side that the operator takes.
func checkRightSide(path Path, f *Filter, p place) error {
	n := 0
	for _, set := range []bool{f.Value != nil, f.Period != nil, f.Right != nil} {
		if set {
			n++
		}
	}
	switch f.Op {
	case IsNull, NotNull:
		if n > 0 {
			return invalid(path, "%s takes nothing to compare with.", f.Op)
		}
		return nil
	}
	switch {
	case n == 0:
		return invalid(path, "%s has nothing to compare with.", path).
			WithHint("Add \"value\"; to ask for missing values use op is_null.")
	case n > 1:
		return invalid(path, "%s has more than one of value, period and right.", path)
	case f.Period != nil:
		if f.Op != Between && f.Op != Equal {
			return invalid(path.Key("op"), "A period goes with op between, not %q.", string(f.Op))
		}
		return checkPeriod(path.Key("period"), f.Period)
	case f.Right != nil:
		return checkRightExpr(path, f, p)
	}
	return checkValue(path.Key("value"), f.Op, f.Value)
}

func checkRightExpr(path Path, f *Filter, p place) error {
	switch f.Op {
	case Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual:
		return checkExpr(path.Key("right"), f.Right, p)
	}
	return invalid(path.Key("right"), "op %s takes a value, not an expression.", f.Op)
}

func checkValue(path Path, op FilterOp, v any) error {
	list, isList := v.([]any)
	switch op {
	case In, NotIn:
		if !isList || len(list) == 0 || len(list) > MaxListed {
			return invalid(path, "op %s takes a list of 1 to %d values.", op, MaxListed)
		}
	case Between:
		if !isList || len(list) != 2 {
			return invalid(path, "op between takes a list of two values, the lower one first.")
		}
	case Contains, StartsWith, EndsWith:
		if s, ok := v.(string); !ok || strings.TrimSpace(s) == "" {
			return invalid(path, "op %s takes a text that is not empty.", op)
		}
	}
	if !isList {
		return checkScalar(path, v)
	}
	if op != In && op != NotIn && op != Between {
		return checkScalar(path, v)
	}
	for i, item := range list {
		if err := checkScalar(path.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}

func checkPeriod(path Path, p *Period) error {
	if err := checkWord(path.Key("unit"), "unit of time", p.Unit, Buckets()); err != nil {
		return err
	}
	n := 0
	for _, set := range []bool{p.Last != 0, p.This, p.Previous != 0, p.ToDate} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		return invalid(path, "%s needs exactly one of last, this, previous and to_date.", path)
	case p.Last < 0 || p.Last > 10_000:
		return invalid(path.Key("last"), "\"last\" is 1 to 10000, not %d.", p.Last)
	case p.Previous < 0 || p.Previous > 10_000:
		return invalid(path.Key("previous"), "\"previous\" is 1 to 10000, not %d.", p.Previous)
	}
	return nil
}
