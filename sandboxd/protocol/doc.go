// Package protocol is the contract between a sandbox and what runs inside it:
// the JSON that goes into leo-runner on standard input and comes out on
// standard output.
//
// A conversation has three kinds of lines and, for an ingest that was asked for it, a fourth; each is one JSON object
// ended by a newline:
//
//	runner  ──▶  {"ready":true,"engine":"duckdb 1.5.5",…}   Ready: dataset open, locked down
//	parent  ──▶  {"query_type":"sql","statement":…}         Request: exactly one
//	runner  ──▶  {"progress":{"stage":…}}                  Progress: any number, where the request wants it
//	runner  ──▶  {"status":"ok","columns":…,"rows":…}       Response: exactly one, then exit 0
//
// What the runner opens before it is ready (which database file, which mode) is
// fixed by its command line, because the parent knows it before there is any
// user input. Everything that comes back is untrusted: the parent reads it
// through [ReadResponse], which bounds and validates it, and a process that says
// anything else is a broken sandbox.
//
// The package is pure: it is imported by the control plane, which never links
// an engine, and by the runner, which never links the control plane.
package protocol
