package compile

import (
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// read binds a value taken out of a text. What is a number or date already
// stays what it is, so that a plan does not depend on how a file was typed.
func read(path plan.Path, kind plan.Read, x *expr) (*expr, error) {
	typ := catalog.Decimal
	if kind == plan.ReadDate {
		typ = catalog.Date
	}
	switch {
	case x.typ.Numeric() && typ == catalog.Decimal, x.typ.Temporal() && typ == catalog.Date:
		return x, nil
	case x.typ == catalog.Text, x.typ == catalog.Integer && kind == plan.ReadDate:
		return &expr{node: reading{kind, x}, typ: typ, level: x.level, name: shorten(x.name + "_" + string(kind)), path: path}, nil
	}
	return nil, invalid(path, "%s holds %s; a %s is read from text.", subject(x), holdings(x.typ), kind)
}

// position binds the row's place in the plan's table. The rows of a join or of a
// sub-plan come in no order of their own.
func (b binder) position(path plan.Path) (*expr, error) {
	src := b.scope.sources[0]
	switch {
	case len(b.scope.sources) > 1:
		return nil, invalid(path, "The rows of a join have no order of their own.").
			WithHint("Sort by a column.")
	case src.subplan:
		return nil, invalid(path, "The rows of %s have no order of their own.", src.name).
			WithHint("Sort by one of its outputs.")
	case src.table.Column("rowid") != nil:
		return nil, invalid(path, "%s has a column called rowid, which hides the place of its rows.", src.name).
			WithHint("Sort by that column.")
	}
	return &expr{node: position{src}, typ: catalog.Integer, name: "position", path: path}, nil
}
