package rules

// columnThenNumber reports that a number column and a number stand at j, as in
// "above age 20".
func (ps *parser) columnThenNumber(j int) bool {
	it := ps.at(j)
	next := ps.at(ps.skip(j+1, "of", "is", "at"))
	return it != nil && it.kind == kName && len(it.cols) > 0 && !it.breaks && next != nil && !next.breaks &&
		next.kind == kNumber && ps.acceptsNumber(it)
}

// compareColumn reads "above age 20" from the operator at i and the column at j.
func (ps *parser) compareColumn(i, j int, c *condition) int {
	it := ps.at(j)
	k := ps.skip(j+1, "of", "is", "at")
	c.left = &term{role: asColumn, it: it, numeric: true}
	c.numbers = []float64{ps.at(k).num}
	ps.note(j, c.left)
	ps.section = filtering
	ps.addCondition(i, c)
	ps.condAt = k
	return k - i + 1
}
