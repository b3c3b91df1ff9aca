// Package engine is the one place that talks to DuckDB.
//
// A [DB] is one database and one connection, used by one request of one
// single-use process. It runs statements, streams results as engine text or a
// column as the engine keeps it, describes a statement without running it, hands
// out the engine's own syntax tree for the policy to judge, and appends rows. It
// knows nothing about requests, policies or files of a person: package runner and
// package ingest do.
//
// # Lockdown
//
// [DB.Lock] closes the engine after the dataset is open and before any text of
// a person is parsed. The order matters: some settings can no longer be changed
// once others are in force, and a lockdown that failed half way looks like one
// that worked, so every setting is read back. It is a second line: the sandbox
// around the process is the first, and package sqlpolicy is a third.
//
// # Why not database/sql
//
// The driver of that name materialises a whole result before the first row can
// be read, outside of the engine's memory limit. Here a result is streamed chunk
// by chunk and given up as soon as the caller has enough, so a wide or endless
// result costs a chunk and not the process.
//
// # Closing
//
// A process that served a request exits without [DB.Close]: closing gives
// nothing to a process that ends, and an engine in a bad state may abort in it.
// Only ingest closes, because its file must be complete.
package engine
