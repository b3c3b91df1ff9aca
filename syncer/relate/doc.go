// Package relate judges the relations that were guessed when a dataset was prepared
// by what was then counted in its data, and drops those that the data refutes.
//
// Guesses rest on names and profiles (catalog.Relate), and profiles of large tables
// are approximate. What a sandbox counted over all rows (catalog.Overlap) is exact:
// a relation to values that several rows share would count rows more than once, and
// one whose values are never found joins nothing. What a person declared or decided
// is not judged. Relations stay within a dataset: a run sees no other one's data.
package relate
