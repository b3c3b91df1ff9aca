// Package edit changes a plan part by part, the way a person does who presses a
// chip of the interpretation: this measure instead of that one, by country
// instead of by region, last 12 months instead of July.
//
//	ed, err := edit.New(q, dataset, edit.Options{AsOf: now})   // compiles q once
//	ed.Menu()                     // the chips, what each may become, what may be added
//	ed.Apply(edit.Edit{…})        // a new plan, and what changed
//
// # Guarantees
//
//   - The plan that was opened is never changed, and what Apply returns is valid,
//     within policy, and compiles over the dataset. An edit that cannot become
//     such a plan is a VALIDATION_ERROR whose details hold the path.
//   - The same plan, catalogue, clock and edit give the same plan.
//   - What depends on the edited part is repaired, and said: sorting, conditions
//     on groups and the best of each group follow a measure or grouping to its
//     new name and go when it goes; tables are joined along the catalogue's
//     relations when a column of them is chosen, and left out again when nothing
//     names them any more.
//   - What a chip cannot express (a comparison of two columns, a condition on
//     related rows, a sub-plan) is shown with the reason and stays as it is. It
//     can still be removed.
//
// # Joins
//
// Only tables that are looked up are offered: those reached over relations from
// the many side to the one side, which add columns and no rows. They are joined
// by a left join, so that no row is lost for want of a partner; a table that can
// be reached over several relations is offered once for each.
//
// The package is pure. The gateway serves it; planners do not need it.
package edit
