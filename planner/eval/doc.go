// Package eval scores the answers Leo gives to questions whose answers are
// known.
//
// A suite is a folder: dbs/<db>/*.csv are the tables, one dataset a folder, and
// questions.jsonl holds an [Item] a line. Whoever runs the suite shows Leo the
// [Asked] part of an item, nothing else, and writes a [Prediction] for each. This
// package reads both files; it never asks anything itself.
//
//	suite ─────────▶ items ───────┐
//	                              ├──▶ Report    figures by slice, calibration
//	predictions ───▶ predictions ─┤
//	predictions of another run ───┴──▶ Changes   what was gained, lost, changed
//
// # What is right
//
// [Grade] compares a result with the gold one by content. Column names count
// for nothing and the order of columns is free; the order of rows counts where
// the item says so. EX wants the same number of columns, EX+cols lets a result
// show more than was asked for (the key it grouped by, what it sorted by). The
// kinds of items differ in what is compared:
//
//	rows          the result table                          (compare.go)
//	denotation    a set of answers, as people write them    (denotation.go)
//	values        named values in a small result            (values.go)
//	chart         the chart's type and what it binds        (chart.go)
//	unanswerable  right is only who refuses
//
// The rules of equality are those of a reference scorer in Python, down to how
// it reads numbers out of text; a test compares the two where it is at hand.
//
// # Two views of a run
//
// Leo may run a reading, ask which of several is meant, or refuse. The confident
// view counts what it ran unasked: coverage is how much that is, precision how
// much of it is right. The first-suggestion view is a person who accepts the
// first reading whenever Leo asks back: its prediction has rows and the status
// needs_input. Both are reported, because raising one is easy at the other's
// cost.
//
// Questions over one database are alike, so intervals are bootstrapped over
// databases, with a fixed seed.
package eval
