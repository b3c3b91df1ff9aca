package compiletest

import (
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// rowExpr draws a value of a row.
func (g *generator) rowExpr(all fields) (plan.Expr, catalog.Type) {
	nums := all.only(numeric)
	if len(nums) > 0 && g.chance(25) {
		return g.arithmetic(nums)
	}
	dates := all.only(temporal)
	if len(dates) > 1 && g.chance(15) {
		left, right := plan.Expr{Column: pick(g, dates).name}, plan.Expr{Column: pick(g, dates).name}
		return plan.Expr{Op: plan.DateDiff, Left: &left, Right: &right, Unit: pick(g, plan.DiffUnits())}, catalog.Decimal
	}
	if g.chance(25) {
		return g.key(all)
	}
	f := pick(g, all)
	return plan.Expr{Column: f.name}, f.typ
}

func (g *generator) arithmetic(nums fields) (plan.Expr, catalog.Type) {
	op := pick(g, []plan.Op{plan.Add, plan.Subtract, plan.Multiply, plan.Divide})
	left, right := plan.Expr{Column: pick(g, nums).name}, plan.Expr{Value: pick(g, []any{2, -5, 0, 0.5, 1e-9, 100})}
	if g.chance(50) {
		right = plan.Expr{Column: pick(g, nums).name}
	}
	return plan.Expr{Op: op, Left: &left, Right: &right}, catalog.Decimal
}

// key draws something to group by.
func (g *generator) key(all fields) (plan.Expr, catalog.Type) {
	f := pick(g, all)
	e := plan.Expr{Column: f.name}
	switch {
	case f.typ == catalog.Date && g.chance(60):
		e.Bucket = pick(g, plan.Buckets()[2:])
		return e, catalog.Date
	case f.typ == catalog.Timestamp && g.chance(60):
		e.Bucket = pick(g, plan.Buckets())
		if e.Bucket.HasTime() {
			return e, catalog.Timestamp
		}
		return e, catalog.Date
	case f.typ.Temporal() && g.chance(50):
		e.Part = pick(g, plan.Parts()[1:])
		return e, catalog.Integer
	case f.typ.Numeric() && g.chance(40):
		e.Bin = pick(g, []float64{0.1, 0.25, 1, 5, 100})
		return e, catalog.Decimal
	}
	return e, f.typ
}

// measure draws an aggregation, or arithmetic over two.
func (g *generator) measure(all fields) (plan.Expr, catalog.Type) {
	nums := all.only(numeric)
	if len(nums) == 0 || g.chance(25) {
		if g.chance(50) {
			return plan.Expr{Agg: plan.Count, Where: g.where(all)}, catalog.Integer
		}
		f := pick(g, all)
		agg := pick(g, []plan.Agg{plan.Count, plan.CountDistinct, plan.Min, plan.Max})
		typ := catalog.Integer
		if agg == plan.Min || agg == plan.Max {
			typ = f.typ
		}
		return plan.Expr{Agg: agg, Column: f.name, Where: g.where(all)}, typ
	}
	e := plan.Expr{Agg: pick(g, plan.Aggs()), Column: pick(g, nums).name, Where: g.where(all)}
	if e.Agg == plan.Percentile {
		e.Percentile = pick(g, []float64{0.01, 0.5, 0.95, 1})
	}
	if g.chance(20) {
		of, _ := g.arithmetic(nums)
		e.Column, e.Of = "", &of
	}
	if g.chance(20) {
		left, right := e, plan.Expr{Agg: plan.Count}
		op := pick(g, []plan.Op{plan.Add, plan.Subtract, plan.Multiply, plan.Divide})
		return plan.Expr{Op: op, Left: &left, Right: &right}, catalog.Decimal
	}
	return e, catalog.Decimal
}

func (g *generator) where(all fields) []plan.Filter {
	if g.chance(75) {
		return nil
	}
	return []plan.Filter{g.comparison(pick(g, all))}
}

func (g *generator) filters(all fields, depth int) []plan.Filter {
	var list []plan.Filter
	for range g.r.IntN(3) {
		list = append(list, g.filter(all, depth))
	}
	return list
}

func (g *generator) filter(all fields, depth int) plan.Filter {
	if depth > 0 && g.chance(25) {
		list := []plan.Filter{g.filter(all, depth-1), g.filter(all, depth-1)}
		switch g.r.IntN(3) {
		case 0:
			return plan.Filter{And: list}
		case 1:
			return plan.Filter{Or: list}
		}
		return plan.Filter{Not: &list[0]}
	}
	f := pick(g, all)
	if f.typ.Numeric() && g.chance(15) {
		right := plan.Expr{Agg: pick(g, []plan.Agg{plan.Avg, plan.Max, plan.Median}), Column: f.name}
		return plan.Filter{Column: f.name, Op: pick(g, []plan.FilterOp{plan.Less, plan.GreaterOrEqual}), Right: &right}
	}
	return g.comparison(f)
}

// comparison draws a condition that fits the type of f.
func (g *generator) comparison(f field) plan.Filter {
	c := plan.Filter{Column: f.name}
	orders := []plan.FilterOp{plan.Equal, plan.NotEqual, plan.Less, plan.LessOrEqual, plan.Greater, plan.GreaterOrEqual}
	if g.chance(10) || f.typ == catalog.Other || f.typ == catalog.Time {
		c.Op = pick(g, []plan.FilterOp{plan.IsNull, plan.NotNull})
		return c
	}
	switch f.typ {
	case catalog.Boolean:
		c.Op, c.Value = plan.Equal, g.chance(50)
	case catalog.Text:
		c.Op, c.Value = pick(g, orders), g.text()
		if g.chance(20) {
			c.Op, c.Value = pick(g, []plan.FilterOp{plan.In, plan.NotIn}), []any{g.text(), g.text()}
		} else if g.chance(30) && c.Value != "" {
			c.Op = pick(g, []plan.FilterOp{plan.Contains, plan.StartsWith, plan.EndsWith})
		}
	case catalog.Date, catalog.Timestamp:
		g.moment(&c, f, orders)
	default:
		c.Op, c.Value = pick(g, orders), g.number()
		if g.chance(20) {
			c.Op, c.Value = plan.Between, []any{-3, 500}
		}
	}
	return c
}

func (g *generator) moment(c *plan.Filter, f field, orders []plan.FilterOp) {
	dates := []any{"2026", "2026-Q2", "2026-02", "2026-09-30", "2026-06-30 23:59:59", "today", "now"}
	switch g.r.IntN(4) {
	case 0:
		c.Op, c.Value = pick(g, []plan.FilterOp{plan.In, plan.NotIn}), []any{pick(g, dates), pick(g, dates)}
	case 1:
		c.Op, c.Value = plan.Between, []any{"2026-01", "2026-09-29"}
	case 2:
		unit := pick(g, plan.Buckets()[2:])
		if f.typ == catalog.Timestamp {
			unit = pick(g, plan.Buckets())
		}
		c.Op = plan.Between
		c.Period = pick(g, []*plan.Period{{Unit: unit, Last: 3}, {Unit: unit, This: true}, {Unit: unit, Previous: 2}, {Unit: unit, ToDate: true}})
	default:
		c.Op, c.Value = pick(g, orders), pick(g, dates)
	}
}

func (g *generator) number() any {
	return pick(g, []any{0, -5, 1, 42.25, 100, "7", 1e-9, -0.5, 123456789})
}

func (g *generator) text() any {
	return pick(g, []any{"shipped", "", "it's", `"`, "'; DROP TABLE orders; --", "%", "kitchen", "日本", "a\nb"})
}
