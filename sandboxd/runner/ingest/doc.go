// Package ingest turns the raw files of a person, CSV or anything close to it,
// into a prepared dataset: one DuckDB file with a table for each, and a profile
// that says what is in it and what was left out.
//
// It runs in a sandbox, before any query exists. The files are read by this
// package, in Go; the engine only receives rows of values and never opens a file
// of a person. The steps for one file:
//
//	open      decompress, refuse what is not text      source.go
//	decode    UTF-8, UTF-16 or Windows-1252 to UTF-8    encoding.go
//	sniff     delimiter, quote, escape                  sniff.go
//	lay out   titles, header, comments, width           layout.go
//	inspect   all values: which types fit               infer.go, values.go, moments.go
//	load      rows in order, once, by appending         load.go
//	convert   types a person asked for                  types.go
//
// # Nothing is lost silently
//
// Every record of a file is counted as exactly one of: loaded, rejected (with its
// line and the reason), empty, comment, before the table, header. Rejected lines
// are counted and the first are shown; everything else that is not loaded as it is
// written becomes a sentence in the notes of the profile. The number of rows in
// the database is compared with the count.
//
// # Decisions
//
// The engine's own CSV reader and sniffer were considered. They are faster, but
// decide on a sample, drop lines that look like comments, turn 00123 into 123, and
// when a later value does not fit they fail or lose the row. Here every value is
// looked at before a type is chosen, so a chosen type always fits, and codes with
// leading zeros, or with more digits than a number keeps, stay text.
//
// Only an empty value is NULL. Words such as NA or NULL stay what they are: a note
// says when they keep a column from being numbers.
package ingest
