// Package compile turns a plan into SQL.
//
// [Compile] is a function of the plan, the catalogue and the clock, and of
// nothing else: the same three give the same bytes. It runs the list of passes in
// compile.go over one bound plan. The first ones bind: every name becomes a
// column of a source, every literal a value of the type it is compared with,
// every expression gets a type, and whatever does not fit is refused with the
// path into the plan and the nearest name. The later ones give the bound plan the
// shape of one SELECT, or of a few stacked ones:
//
//	joined ──▶ grouped or picked ──▶ windowed ──▶ ranked ──▶ the rows
//	 (only where joins     (only below windows)    (only for top)
//	  repeat rows)
//
// The renderer writes the layers, the last one as the statement and those below
// as common table expressions. What differs between engines is in a dialect, a
// table of functions; DuckDB's is the only one so far.
//
// # Promises
//
//   - A value of the plan reaches the SQL as a literal it cannot leave, and a name
//     as a quoted identifier; nothing of a plan is ever pasted.
//   - Rows have a total order wherever a limit could cut or an engine could
//     choose, so results are the same on every run.
//   - An aggregation over rows that a join repeats counts each of them once
//     (repeats.go).
//   - Division yields null for zero and never truncates; nulls sort last.
//   - Columns are written without their table where only one table and no other
//     output can be meant.
//
// The package checks that a plan can be computed, not that it should be: refusing
// dumps of whole tables is for package policy. The planner calls both.
//
// The package is pure.
package compile
