package compile

import "strings"

// all writes conditions that must hold together, one below the other.
func (r renderer) all(list []cond) string { return r.inline(list, "\n  AND ") }

// inline joins conditions by AND, each safe beside it.
func (r renderer) inline(list []cond, and string) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = r.cond(c)
		if _, or := c.(anyOf); or && len(list) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, and)
}

func (r renderer) cond(c cond) string {
	switch n := c.(type) {
	case allOf:
		return r.inline(n.list, " AND ")
	case anyOf:
		return r.either(n.list)
	case notOf:
		return "NOT (" + r.cond(n.of) + ")"
	case exists:
		return "EXISTS (SELECT 1 FROM " + r.source(n.src) + " WHERE " + r.inline(n.where, " AND ") + ")"
	case compare:
		return r.operand(n.left) + " " + n.op + " " + r.operand(n.right)
	case within:
		of := r.operand(n.of)
		return of + " " + n.fromOp + " " + r.operand(n.from) + " AND " + of + " " + n.toOp + " " + r.operand(n.to)
	case member:
		op := " IN ("
		if n.not {
			op = " NOT IN ("
		}
		return r.operand(n.of) + op + strings.Join(r.exprs(n.list), ", ") + ")"
	case match:
		return r.match(n.op, r.expr(n.of), r.text(n.text))
	case nullness:
		if n.not {
			return r.operand(n.of) + " IS NOT NULL"
		}
		return r.operand(n.of) + " IS NULL"
	case holds:
		return r.operand(n.of)
	}
	return ""
}

// either joins conditions by OR. What holds an AND is wrapped for the reader;
// engines would not need it.
func (r renderer) either(list []cond) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = r.cond(c)
		switch c.(type) {
		case allOf, within, anyOf:
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " OR ")
}

func (r renderer) text(s string) string {
	return r.expr(textExpr(s))
}
