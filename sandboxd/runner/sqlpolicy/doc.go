// Package sqlpolicy decides whether a SQL text is a query over the tables of one
// dataset and nothing else.
//
// It does not parse SQL. The engine that will run the text hands out its own
// syntax tree ([Parser]), so that what is judged and what is executed cannot
// differ; this package walks the tree against closed sets:
//
//	shapes.txt     every record of the tree: its keys and what they may hold
//	functions.txt  every function of the engine: allowed, bounded or refused, and why
//	types.txt      every type a value may be cast to
//
// Anything that is not in the sets is refused: an unknown node, an unknown key, a
// key that is missing. A new engine version therefore fails closed, and its
// golden files (testdata/duckdb-<version>) say what moved.
//
// # What is checked
//
//  1. The bytes: at most 64 KiB, valid UTF-8, no NUL, brackets at most 200 deep.
//  2. The engine can read them, and they are exactly one query.
//  3. Every table is one of [Rules.Tables] or a WITH name in scope; no catalogue,
//     no schema but main, no time travel. WITH names are identifiers, so that none
//     can stand for a file.
//  4. Every function is on the list and one of the engine's own; table functions
//     have a list of their own.
//  5. No placeholders, no values of the session, no type or collation outside of
//     the sets.
//
// The tree of the original text is walked, and the original text is what runs.
//
// # Which fault
//
// A refusal is SQL_POLICY_VIOLATION with the rule, the name and, where known, the
// byte position in its details. Mistakes that an honest author makes are
// QUERY_ERROR instead: a syntax error, a misspelt function, the name of a table
// that looks like one but is not in the dataset. An empty text is
// VALIDATION_ERROR.
//
// # Where it runs
//
// In the single-use process that will execute the query, on the same locked
// connection, before the text is bound. A separate engine in memory for parsing
// was considered: in the same process it would add start-up time and a chance of
// different settings, and isolate nothing. Parsing has a limit of two seconds;
// whoever runs the process kills it when that is ignored.
//
// The policy is a filter on authority. It does not stop a query that is merely
// expensive, and it is neither the first line of defence (the sandbox is) nor the
// second (the engine's lockdown is).
package sqlpolicy
