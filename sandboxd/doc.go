// Package sandboxd executes planned statements and prepares datasets, each in a
// sandbox of its own.
//
// It is one of Leo's four roles. It takes two kinds of work off the bus:
//
//	planned   a run's next statement    → started, then executed, rejected or failed
//	prepare   a dataset version's files → a read-only database in the object store
//
// For a statement it fetches the dataset into the node's cache, prepares a
// sandbox over it, records started, runs the one request, stores the full
// result and records executed. When the same delivery comes again, because a
// worker died, the run's tail tells how far it got: a statement is run again in
// a new sandbox (reading is repeatable), and only one result can be appended.
// A run that was cancelled loses its sandbox at once.
//
// For a dataset it copies the uploaded files into a scratch directory, lets the
// runner parse and profile them inside an ingest sandbox, and stores what came
// out. Nothing of sandboxd opens a dataset or parses SQL: that is leo-runner's,
// inside. Which executor makes the sandboxes is decided by the caller.
package sandboxd
