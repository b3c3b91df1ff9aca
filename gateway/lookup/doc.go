// Package lookup finds things of the catalogue for people: datasets, tables and
// columns by what they are called and hold, and questions somebody vouched for.
//
// The index proposes, and what it proposes is shown only where it is still there:
// [Service.Search] reads the org's datasets and verified answers first, brings the
// index's copy up to date with them, and drops every hit that is not among them.
// So a dataset that was deleted a moment ago is not found, whatever the index
// holds. Hidden columns are not found either.
package lookup
