package compile

import (
	"fmt"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// aggregate binds the aggregation of e over x, which is nil for a count of rows.
func (b binder) aggregate(path plan.Path, e *plan.Expr, x *expr) (*expr, error) {
	if err := checkOperandType(path.Key("agg"), e.Agg, x); err != nil {
		return nil, err
	}
	where, err := b.inside().conditions(path.Key("where"), e.Where)
	if err != nil {
		return nil, err
	}
	out := &expr{
		node: aggregate{agg: e.Agg, percentile: e.Percentile, of: x, where: where},
		typ:  catalog.Decimal, level: groupLevel, path: path,
		name: aggregateName(e, x),
	}
	switch e.Agg {
	case plan.Count, plan.CountDistinct:
		out.typ = catalog.Integer
	case plan.Sum:
		out.unit = x.unit
		if x.typ != catalog.Decimal {
			out.typ = catalog.Integer
		}
	case plan.Min, plan.Max:
		out.typ, out.unit = x.typ, x.unit
	case plan.Avg:
		out.unit, out.percent = x.unit, x.typ == catalog.Boolean
	default:
		out.unit = x.unit
	}
	if b.scalars {
		return b.scalar(path, out)
	}
	return out, nil
}

// checkOperandType refuses aggregations that mean nothing for a type.
func checkOperandType(path plan.Path, agg plan.Agg, x *expr) error {
	if x == nil {
		return nil
	}
	ok, need := true, "numbers"
	switch agg {
	case plan.Sum, plan.Avg:
		ok = x.typ.Numeric() || x.typ == catalog.Boolean
	case plan.Median, plan.StdDev, plan.Percentile:
		ok = x.typ.Numeric()
	case plan.Min, plan.Max:
		ok, need = x.typ != catalog.Other, "values that have an order"
	}
	if ok {
		return nil
	}
	return invalid(path, "%s holds %s; %s needs %s.", subject(x), holdings(x.typ), agg, need).
		WithHint("It can be counted: use count or count_distinct.")
}

// scalar makes an aggregation a value of its own: computed over all rows of the
// one source it reads, or of the plan's table.
func (b binder) scalar(path plan.Path, agg *expr) (*expr, error) {
	sources := sourcesOf(agg)
	if len(sources) == 0 {
		sources = b.scope.sources[:1]
	}
	if len(sources) > 1 {
		return nil, invalid(path, "This aggregation reads several tables: %s and %s.", sources[0].name, sources[1].name).
			WithHint("Put it into \"with\" and join that.")
	}
	return &expr{node: scalar{agg, sources[0]}, typ: agg.typ, unit: agg.unit, name: agg.name, path: path}, nil
}

// aggregateName is the output name of an aggregation: sum_total, p95_total,
// count_shipped.
func aggregateName(e *plan.Expr, x *expr) string {
	prefix := string(e.Agg)
	if e.Agg == plan.Percentile {
		prefix = "p" + strings.ReplaceAll(strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", e.Percentile*100), "0"), "."), ".", "_")
	}
	name := prefix
	if x != nil {
		name += "_" + x.name
	}
	if len(e.Where) > 0 {
		name += "_" + whereName(e.Where)
	}
	return shorten(name)
}

// whereName says in a word what an aggregation is limited to, if one word can.
func whereName(list []plan.Filter) string {
	f := list[0]
	if len(list) > 1 || f.Op != plan.Equal || f.Column == "" {
		return "filtered"
	}
	column := f.Column[strings.LastIndexByte(f.Column, '.')+1:]
	switch v := f.Value.(type) {
	case bool:
		if v {
			return column
		}
		return "not_" + column
	case string:
		if s := slug(v); s != "" {
			return s
		}
	}
	return "filtered"
}
