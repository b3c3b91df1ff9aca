package compile

import "strings"

// counts is the statement that counts the rows of the plan's table: all of them,
// and those that joins and filters let through. It is as cheap as a filter can
// be, and left out where sub-plans stand for tables.
func (q *query) counts() string {
	src := q.scope.sources[0]
	if len(q.plan.With) > 0 {
		return ""
	}
	r := q.c.render
	from := "FROM " + r.source(src)
	if len(q.where) == 0 && len(q.scope.sources) == 1 {
		return "SELECT count(*) AS " + r.quote("rows_read") + ", count(*) AS " + r.quote("rows_kept") + " " + from
	}
	l := layer{sources: q.scope.sources, where: q.where}
	read := "(SELECT count(*) " + from + ") AS " + r.quote("rows_read")
	rest := r.from(l)
	if len(q.where) > 0 {
		rest = append(rest, "WHERE "+r.inline(q.where, " AND "))
	}
	kept := "SELECT count(*) " + strings.Join(rest, " ")
	if len(q.grains()) > 1 {
		// Joins repeat rows of the table: each of them counts once.
		id, err := rowID(src, "")
		if err != nil {
			return ""
		}
		kept = "SELECT count(*) FROM (SELECT DISTINCT " + strings.Join(r.exprs(id), ", ") + " " + strings.Join(rest, " ") + ") AS " + r.quote(q.layerName("kept"))
	}
	return "SELECT " + read + ", (" + kept + ") AS " + r.quote("rows_kept")
}
