package compile

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// renderer writes bound expressions, conditions and layers as SQL.
type renderer struct{ dialect }

// statement is the final layer over the ones it is built from.
func (r renderer) statement(layers []namedLayer, final layer) string {
	var b strings.Builder
	for i, l := range layers {
		start := ",\n"
		if i == 0 {
			start = "WITH "
		}
		fmt.Fprintf(&b, "%s%s AS (\n%s\n)", start, r.quote(l.name), indent(l.sql))
	}
	if len(layers) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(r.layer(final))
	return b.String()
}

// indent moves lines in, but none that a text in quotes runs across.
func indent(sql string) string {
	var b strings.Builder
	b.WriteString("  ")
	var quote rune
	for _, c := range sql {
		b.WriteRune(c)
		switch {
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote == c:
			quote = 0
		case quote == 0 && c == '\n':
			b.WriteString("  ")
		}
	}
	return b.String()
}

func (r renderer) layer(l layer) string {
	var lines []string
	head := "SELECT"
	if l.distinct {
		head += " DISTINCT"
	}
	items := make([]string, len(l.items))
	names := map[string]string{}
	for i, it := range l.items {
		sql, name := r.expr(it.of), r.quote(it.name)
		items[i] = sql
		if sql != name {
			items[i] += " AS " + name
		}
		if names[sql] == "" {
			names[sql] = name
		}
	}
	lines = append(lines, list(head, items))
	lines = append(lines, r.from(l)...)
	if len(l.where) > 0 {
		lines = append(lines, "WHERE "+r.all(l.where))
	}
	if len(l.groupBy) > 0 {
		lines = append(lines, list("GROUP BY", r.exprs(l.groupBy)))
	}
	if len(l.having) > 0 {
		lines = append(lines, "HAVING "+r.all(l.having))
	}
	if len(l.order) > 0 {
		keys := make([]string, len(l.order))
		for i, k := range l.order {
			// The name of a column is shorter than what it is and says the same.
			keys[i] = r.sortKey(cmp.Or(names[r.expr(k.of)], r.expr(k.of)), k.desc)
		}
		lines = append(lines, list("ORDER BY", keys))
	}
	if l.limit > 0 {
		lines = append(lines, r.limit(l.limit))
	}
	return strings.Join(lines, "\n")
}

// list writes one item beside its keyword, and several below it.
func list(head string, items []string) string {
	if len(items) == 1 {
		return head + " " + items[0]
	}
	return head + "\n  " + strings.Join(items, ",\n  ")
}

func (r renderer) from(l layer) []string {
	if l.from != "" {
		return []string{"FROM " + r.quote(l.from)}
	}
	lines := []string{"FROM " + r.source(l.sources[0])}
	for _, src := range l.sources[1:] {
		join := "JOIN "
		if src.join == plan.LeftJoin {
			join = "LEFT JOIN "
		}
		lines = append(lines, join+r.source(src)+" ON "+r.inline(src.on, " AND "))
	}
	return lines
}

func (r renderer) source(s *source) string {
	if s.alias == s.table.Name {
		return r.quote(s.table.Name)
	}
	return r.quote(s.table.Name) + " AS " + r.quote(s.alias)
}

func (r renderer) exprs(list []*expr) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = r.expr(e)
	}
	return out
}

func (r renderer) expr(e *expr) string {
	switch n := e.node.(type) {
	case column:
		if n.src.bare {
			return r.quote(n.col.Name)
		}
		return r.quote(n.src.alias) + "." + r.quote(n.col.Name)
	case identity:
		return r.quote(n.src.alias) + "." + r.rowID
	case position:
		if n.src.bare {
			return r.rowID + " + 1"
		}
		return r.quote(n.src.alias) + "." + r.rowID + " + 1"
	case reference:
		return r.quote(n.name)
	case reading:
		return r.read(n.read, r.expr(n.of))
	case literal:
		return r.literal(n)
	case arithmetic:
		return r.arithmetic(n)
	case difference:
		return r.difference(n.unit, r.expr(n.left), r.expr(n.right))
	case bucketed:
		return r.bucket(n.unit, r.expr(n.of))
	case parted:
		return r.part(n.part, r.expr(n.of))
	case binned:
		return r.bin(n.width, e.typ == catalog.Integer, r.operand(n.of))
	case aggregate:
		return r.aggregation(n)
	case *windowed:
		return r.windowed(n)
	case scalar:
		return r.scalar(n)
	case condition:
		return r.inline(n.all, " AND ")
	case place:
		return "row_number() " + r.over(n.partition, n.order, "")
	}
	return ""
}

// operand wraps what an operator beside it would take apart.
func (r renderer) operand(e *expr) string {
	sql := r.expr(e)
	switch n := e.node.(type) {
	case arithmetic, difference, *windowed, condition, binned, position:
		return "(" + sql + ")"
	case literal:
		if strings.HasPrefix(n.text, "-") && n.typ.Numeric() {
			return "(" + sql + ")"
		}
	}
	return sql
}

func (r renderer) arithmetic(n arithmetic) string {
	left, right := r.operand(n.left), r.operand(n.right)
	if n.op == plan.Divide {
		return r.quotient(r.expr(n.left), r.expr(n.right))
	}
	return r.lengthen(n.left, left) + " " + string(n.op) + " " + r.lengthen(n.right, right)
}

// quotient divides without truncating; by zero it is null.
func (r renderer) quotient(left, right string) string {
	return r.double(left) + " / nullif(" + right + ", 0)"
}

// lengthen keeps narrow integers from overflowing.
func (r renderer) lengthen(e *expr, sql string) string {
	c, ok := e.node.(column)
	if !ok || e.typ != catalog.Integer {
		return sql
	}
	switch strings.ToUpper(c.col.EngineType) {
	case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT":
		return r.long(sql)
	}
	return sql
}

func (r renderer) aggregation(a aggregate) string {
	of := ""
	if a.of != nil {
		of = r.expr(a.of)
		if a.of.typ == catalog.Boolean && (a.agg == plan.Sum || a.agg == plan.Avg) {
			of = r.whole(of)
		}
	}
	sql := r.aggregate(a.agg, a.percentile, of)
	if len(a.where) > 0 {
		sql = r.filtered(sql, r.inline(a.where, " AND "))
	}
	return sql
}

func (r renderer) scalar(n scalar) string {
	agg, ok := n.of.node.(aggregate)
	if !ok {
		return ""
	}
	where := ""
	if len(agg.where) > 0 {
		where = " WHERE " + r.inline(agg.where, " AND ")
	}
	agg.where = nil
	return "(SELECT " + r.aggregation(agg) + " FROM " + r.source(n.src) + where + ")"
}

func (r renderer) windowed(n *windowed) string {
	of := r.expr(n.of)
	over := r.over(n.partition, n.order, "")
	switch n.kind {
	case plan.Share:
		return r.quotient(of, "sum("+of+") "+over)
	case plan.Rank:
		return "rank() " + over
	case plan.RunningTotal:
		return "sum(" + of + ") " + r.over(n.partition, n.order, "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")
	case plan.MovingAverage:
		return "avg(" + of + ") " + r.over(n.partition, n.order, fmt.Sprintf("ROWS BETWEEN %d PRECEDING AND CURRENT ROW", n.periods-1))
	}
	before := fmt.Sprintf("lag(%s, %d) %s", of, n.periods, over)
	switch n.kind {
	case plan.Change:
		return r.operand(n.of) + " - " + before
	case plan.PercentChange:
		return r.quotient(r.operand(n.of)+" - "+before, before)
	}
	return before
}

func (r renderer) over(partition []*expr, order []sortKey, frame string) string {
	var parts []string
	if len(partition) > 0 {
		parts = append(parts, "PARTITION BY "+strings.Join(r.exprs(partition), ", "))
	}
	if len(order) > 0 {
		keys := make([]string, len(order))
		for i, k := range order {
			keys[i] = r.sortKey(r.expr(k.of), k.desc)
		}
		parts = append(parts, "ORDER BY "+strings.Join(keys, ", "))
	}
	if frame != "" {
		parts = append(parts, frame)
	}
	return "OVER (" + strings.Join(parts, " ") + ")"
}
