// Package gateway is the role people and programs talk to: the HTTP API, the
// event streams, the run list, tokens, and the web app.
//
// It is one of Leo's four roles and reaches the others through the bus alone. It
// writes three kinds of run events: asked, cancelled, and, as the supervisor of
// last resort, failed.
//
//	api        routes, guards, bodies, faults as JSON     the only user of Fiber
//	auth       principals, tokens, what a local request is
//	runs       begin, cancel, reproduce, read             the only writer of asked
//	live       event streams: one consumer, many readers
//	history    run list: a SQLite projection of the log
//	results    full results as JSON, CSV, Parquet
//	audit      what the log holds, exported to be checked
//	threads    what people call their conversations, and which they deleted
//	supervise  ends runs that nothing else ends
//	limit, metrics
//
// Run starts the parts in the order in which they need each other and stops them
// in reverse: first /readyz turns to 503 and event streams end with a hint to
// come back, then requests under way finish, then the parts that follow the log
// stop, and the run list's file is closed last. Nothing in that file is
// precious: the log is the truth and the file is rebuilt from it.
package gateway
