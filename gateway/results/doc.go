// Package results serves the full result of a run as JSON, CSV or Parquet.
//
// sandboxd stores a result that does not fit into its event in the object bucket
// "results", as one JSON object with columns, rows, row_count and truncated; a
// result that fits is the event's preview. [Store.Open] gives a [Result] either
// way. A stored object is copied to a temporary file first and its SHA-256
// compared with the event's, so no byte of a damaged result is ever sent; the
// file goes when the Result is closed.
//
// Rows are read one at a time, so a result of any size takes little memory.
// Numbers keep every digit: JSON numbers are copied as they are written, and
// Parquet columns get the type the engine named (a DECIMAL stays a decimal).
// CSV cells that a spreadsheet would run as a formula are made inert.
package results
