package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Canonical returns the plan as compact JSON: fields in the order of the types,
// the version written, other defaults left out. Equal plans have equal bytes,
// and Decode of them is the plan again. A limit that was set stays, even when it
// is the default: whether one was set is part of the plan.
func (q *Query) Canonical() ([]byte, error) {
	c := q.Clone()
	for path, p := range c.Plans() {
		p.Version = 0
		if path == "" {
			p.Version = Version
		}
		if p.Top != nil && p.Top.Direction == Desc {
			p.Top.Direction = ""
		}
		for i := range p.Joins {
			if p.Joins[i].Type == InnerJoin {
				p.Joins[i].Type = ""
			}
		}
	}
	for _, e := range c.Exprs() {
		if e.Agg == Count && e.Column == "*" {
			e.Column = ""
		}
		if e.Window != nil && e.Window.Periods == 1 {
			e.Window.Periods = 0
		}
	}
	for _, o := range c.Orders() {
		if o.Direction == Asc {
			o.Direction = ""
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return nil, fmt.Errorf("encode plan: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Hash returns the SHA-256, in hexadecimal, of [Query.Canonical].
func (q *Query) Hash() (string, error) {
	data, err := q.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Clone returns a deep copy; nil of nil.
func (q *Query) Clone() *Query {
	if q == nil {
		return nil
	}
	c := *q
	c.With = slices.Clone(q.With)
	for i := range c.With {
		c.With[i].Plan = c.With[i].Plan.Clone()
	}
	c.Joins = slices.Clone(q.Joins)
	for i := range c.Joins {
		c.Joins[i].On = slices.Clone(c.Joins[i].On)
	}
	c.Select, c.GroupBy = cloneExprs(q.Select), cloneExprs(q.GroupBy)
	c.Filters, c.Having = cloneFilters(q.Filters), cloneFilters(q.Having)
	if q.Top != nil {
		top := *q.Top
		top.Per = slices.Clone(top.Per)
		c.Top = &top
	}
	c.OrderBy = cloneOrders(q.OrderBy)
	return &c
}

// Clone returns a deep copy; nil of nil.
func (e *Expr) Clone() *Expr {
	if e == nil {
		return nil
	}
	c := *e
	c.Value = cloneValue(e.Value)
	c.Left, c.Right, c.Of = e.Left.Clone(), e.Right.Clone(), e.Of.Clone()
	c.Where = cloneFilters(e.Where)
	if e.Window != nil {
		w := *e.Window
		w.PartitionBy = slices.Clone(w.PartitionBy)
		w.OrderBy = cloneOrders(w.OrderBy)
		c.Window = &w
	}
	return &c
}

// Clone returns a deep copy; nil of nil.
func (f *Filter) Clone() *Filter {
	if f == nil {
		return nil
	}
	c := *f
	c.Expr, c.Right, c.Not = f.Expr.Clone(), f.Right.Clone(), f.Not.Clone()
	c.Value = cloneValue(f.Value)
	if f.Period != nil {
		p := *f.Period
		c.Period = &p
	}
	c.And, c.Or = cloneFilters(f.And), cloneFilters(f.Or)
	if f.Exists != nil {
		e := *f.Exists
		e.On = slices.Clone(e.On)
		e.Filters = cloneFilters(e.Filters)
		c.Exists = &e
	}
	return &c
}

func cloneExprs(list []Expr) []Expr {
	out := slices.Clone(list)
	for i := range out {
		out[i] = *out[i].Clone()
	}
	return out
}

func cloneFilters(list []Filter) []Filter {
	out := slices.Clone(list)
	for i := range out {
		out[i] = *out[i].Clone()
	}
	return out
}

func cloneOrders(list []OrderBy) []OrderBy {
	out := slices.Clone(list)
	for i := range out {
		out[i].Expr = out[i].Expr.Clone()
	}
	return out
}

func cloneValue(v any) any {
	if list, ok := v.([]any); ok {
		return slices.Clone(list)
	}
	return v
}
