package eval

import "slices"

// grade is how a result compares with a gold one.
type grade struct {
	// strict is EX, superset EX+cols; strict implies superset.
	strict, superset bool
}

// maxTries is how many ways to map columns are tried before giving up.
const maxTries = 5000

// compareTables looks for a one-to-one map of gold columns to result columns
// under which the rows are equal.
func compareTables(gold, result Table, ordered bool) grade {
	m := matcher{gold: normalRows(gold.Rows), result: normalRows(result.Rows), ordered: ordered}
	m.width = width(result)
	need := len(gold.Columns)
	if len(m.gold) == 0 {
		empty := len(m.result) == 0
		return grade{strict: empty && (m.width == 0 || m.width == need), superset: empty}
	}
	if len(m.gold) != len(m.result) || m.width < need || narrow(m.gold, need) || narrow(m.result, m.width) {
		return grade{}
	}
	if !m.findCandidates(need) {
		return grade{}
	}
	ok := m.assign(nil)
	return grade{strict: ok && m.width == need, superset: ok}
}

// width is how many columns a result has.
func width(t Table) int {
	if len(t.Columns) > 0 || len(t.Rows) == 0 {
		return len(t.Columns)
	}
	return len(t.Rows[0])
}

// narrow says that a row has fewer cells than there are columns: such a table
// equals nothing.
func narrow(rows [][]cell, n int) bool {
	return slices.ContainsFunc(rows, func(r []cell) bool { return len(r) < n })
}

func normalRows(rows [][]any) [][]cell {
	out := make([][]cell, len(rows))
	for i, r := range rows {
		out[i] = make([]cell, len(r))
		for j, v := range r {
			out[i][j] = normal(v)
		}
	}
	return out
}

// matcher searches the map of columns.
type matcher struct {
	gold, result [][]cell
	ordered      bool
	width        int
	candidates   [][]int // by gold column, the result columns with the same cells
	tries        int
}

// findCandidates reports whether every gold column has a counterpart.
func (m *matcher) findCandidates(need int) bool {
	results := make([][]cell, m.width)
	for j := range results {
		results[j] = m.prepared(m.result, j)
	}
	for i := range need {
		want := m.prepared(m.gold, i)
		var found []int
		for j, got := range results {
			if slices.EqualFunc(want, got, near) {
				found = append(found, j)
			}
		}
		if len(found) == 0 {
			return false
		}
		// The same position first: most results have the order of the question.
		if k := slices.Index(found, i); k > 0 {
			found = slices.Insert(slices.Delete(found, k, k+1), 0, i)
		}
		m.candidates = append(m.candidates, found)
	}
	return true
}

// prepared is a column, sorted where the order of rows is free.
func (m *matcher) prepared(rows [][]cell, j int) []cell {
	column := make([]cell, len(rows))
	for i, r := range rows {
		column[i] = r[j]
	}
	if !m.ordered {
		slices.SortStableFunc(column, order)
	}
	return column
}

// assign gives the next gold column each of its counterparts in turn.
func (m *matcher) assign(chosen []int) bool {
	if len(chosen) == len(m.candidates) {
		m.tries++
		return m.rowsEqual(chosen)
	}
	for _, j := range m.candidates[len(chosen)] {
		if slices.Contains(chosen, j) || m.tries > maxTries {
			continue
		}
		if m.assign(append(slices.Clip(chosen), j)) {
			return true
		}
	}
	return false
}

func (m *matcher) rowsEqual(chosen []int) bool {
	result := make([][]cell, len(m.result))
	for i, r := range m.result {
		row := make([]cell, len(chosen))
		for k, j := range chosen {
			row[k] = r[j]
		}
		result[i] = row
	}
	gold := m.gold
	if !m.ordered {
		gold = slices.SortedStableFunc(slices.Values(gold), orderRows)
		slices.SortStableFunc(result, orderRows)
	}
	return slices.EqualFunc(gold, result, func(a, b []cell) bool { return slices.EqualFunc(a, b, near) })
}

// orderRows sorts rows by their text first, then by their numbers: rounding
// then never pairs rows with different text.
func orderRows(a, b []cell) int {
	if c := slices.CompareFunc(a, b, func(x, y cell) int {
		if x.rank == numeric && y.rank == numeric {
			return 0
		}
		return order(x, y)
	}); c != 0 {
		return c
	}
	return slices.CompareFunc(a, b, order)
}
