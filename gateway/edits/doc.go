// Package edits serves the editing of plans part by part: what a plan's chips may
// become, what an edit would make of it, and which values a column has.
//
// Nothing here runs or stores anything. An edited plan becomes a run the way any
// plan does, by package runs. The editing itself is [edit]'s.
package edits
