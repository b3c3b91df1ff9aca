package compile

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// bindOutputs binds group_by and select, and names the columns of the result.
func bindOutputs(q *query) error {
	keys, err := q.bindKeys()
	if err != nil {
		return err
	}
	selected, err := q.bindSelect(keys)
	if err != nil {
		return err
	}
	byID := map[string]*output{}
	for _, o := range selected {
		if id := q.id(o.of); byID[id] == nil {
			byID[id] = o
		}
	}
	for _, k := range keys {
		id := q.id(k.of)
		if o := byID[id]; o != nil {
			if o.name == "" {
				o.name = k.name
			}
			o.alias = k.name
			if !o.key {
				o.key = true
				q.keys = append(q.keys, o)
			}
			q.groups = append(q.groups, o)
			continue
		}
		q.groups = append(q.groups, k)
		q.keys = append(q.keys, k)
		q.outputs = append(q.outputs, k)
	}
	q.outputs = append(q.outputs, selected...)
	nameOutputs(q.outputs)
	return nil
}

// bindKeys binds group_by. A name that is no column may be the name of an
// expression in select.
func (q *query) bindKeys() ([]*output, error) {
	selected := func(name string) *expr {
		for i := range q.plan.Select {
			e := &q.plan.Select[i]
			if e.As == "" || e.Window != nil || !strings.EqualFold(e.As, name) {
				continue
			}
			x, err := binder{q: q, scope: &q.scope}.expr(q.path.Key("select").Index(i), e)
			if err == nil && x.level == rowLevel {
				return x
			}
		}
		return nil
	}
	b := binder{q: q, scope: &q.scope, outputs: selected}
	keys := make([]*output, len(q.plan.GroupBy))
	for i := range q.plan.GroupBy {
		e := &q.plan.GroupBy[i]
		x, err := b.expr(q.path.Key("group_by").Index(i), e)
		if err != nil {
			return nil, err
		}
		keys[i] = &output{name: e.As, of: x, key: true}
	}
	q.grouped = len(keys) > 0
	return keys, nil
}

// bindSelect binds select. An expression may use the names of group_by and of
// those before it; one with a window, which is bound last, those of all others.
func (q *query) bindSelect(keys []*output) ([]*output, error) {
	out := make([]*output, len(q.plan.Select))
	known := func(name string) *expr {
		for _, o := range append(slices.Clone(out), keys...) {
			if o != nil && o.name != "" && strings.EqualFold(o.name, name) {
				return o.of
			}
		}
		return nil
	}
	b := binder{q: q, scope: &q.scope, outputs: known}
	for _, windows := range []bool{false, true} {
		for i := range q.plan.Select {
			e := &q.plan.Select[i]
			if (e.Window != nil) != windows {
				continue
			}
			x, err := b.expr(q.path.Key("select").Index(i), e)
			if err != nil {
				return nil, err
			}
			q.grouped = q.grouped || aggregates(x)
			out[i] = &output{name: e.As, of: x}
		}
	}
	return out, nil
}

// aggregates reports whether x holds an aggregation.
func aggregates(x *expr) bool {
	found := false
	each(x, func(part *expr) bool {
		if _, ok := part.node.(aggregate); ok {
			found = true
		}
		return true
	})
	return found
}

// output finds an output by name.
func (q *query) output(name string) *expr {
	for _, o := range q.outputs {
		if strings.EqualFold(o.name, name) || o.alias != "" && strings.EqualFold(o.alias, name) {
			return o.of
		}
	}
	return nil
}

// named binds a name in having, order_by, top or a window: an output, a column,
// or a column that exactly one group is a bucket, part or bin of.
func (q *query) named(path plan.Path, name string) (*expr, error) {
	b := binder{q: q, scope: &q.scope, outputs: q.output, outputsFirst: true}
	x, err := b.name(path, name)
	if err != nil {
		return nil, err
	}
	if key := q.groupOf(x); key != nil {
		x = key
	}
	c := *x
	c.path = path
	return &c, nil
}

// groupOf returns the one group expression that is made of column x, where x is
// not a group itself.
func (q *query) groupOf(x *expr) *expr {
	col, ok := x.node.(column)
	if !ok {
		return nil
	}
	var found *expr
	for _, k := range q.keys {
		c, ok := innermost(k.of).node.(column)
		if !ok || c != col {
			continue
		}
		if _, plain := k.of.node.(column); plain || found != nil {
			return nil
		}
		found = k.of
	}
	return found
}

// innermost takes bucket, part and bin off an expression.
func innermost(x *expr) *expr {
	switch n := x.node.(type) {
	case bucketed:
		return innermost(n.of)
	case parted:
		return innermost(n.of)
	case binned:
		return innermost(n.of)
	}
	return x
}
