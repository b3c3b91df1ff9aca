// Package ingest turns the raw files of a person, CSV or anything close to it, JSON
// lines, workbooks and Parquet, into a prepared dataset: one DuckDB file with a
// table for each, and a profile and a report that say what is in it and what was
// left out.
//
// It runs in a sandbox, before any query exists. The files are read by this
// package, in Go, and the engine only receives rows of values; but for Parquet,
// which the engine reads itself, from the one file that it may open. The steps for
// one file:
//
//	open      decompress, tell the format, refuse the rest   source.go, detect.go
//	decode    UTF-8, UTF-16 or what was named to UTF-8       encoding.go
//	sniff     delimiter, quote, escape                       sniff.go
//	records   of text, of objects, of sheets                 scanner.go, jsonl.go, sheet.go
//	lay out   titles, header, comments, width                layout.go
//	inspect   all values: which types fit                    infer.go, values.go, moments.go
//	choose    what a person said about columns               given.go
//	load      rows in order, once, by appending              load.go
//	convert   types a person asked for                       types.go
//	report    what was read, kept, rejected, repaired        notes.go, report.go
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
// Only an empty value is NULL. Words such as NA or NULL stay what they are, unless a
// person says otherwise: a note says when they keep a column from being numbers.
//
// Workbooks are read by a reader of our own, as streams: see
// docs/decisions/0016-workbooks-are-read-as-streams.md.
package ingest
