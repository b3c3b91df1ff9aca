// Package python holds the program that runs in a Python sandbox: the harness. It
// is Python, embedded here as files; this package hands them to the executors,
// which put them beside an interpreter and start
//
//	/usr/bin/python3.11 -I -B -X utf8 /leo/harness -memory-mb N
//
// It does not start anything itself, and it imports nothing that does.
//
// # A life
//
// The harness keeps the same contract as leo-runner (package protocol): one line
// when it is ready, one request, one response, then the end.
//
//	take the protocol's descriptors ──▶ import ──▶ load tables ──▶ warm up ──▶ Ready
//	Ready ──▶ one Request line ──▶ judge, compile, run, collect ──▶ one Response line ──▶ exit 0
//	Ready ──▶ end of input ──▶ exit 0 (nobody needed it)
//	any failure before Ready ──▶ Ready with a fault ──▶ exit 1
//
// Everything slow happens before Ready, when there is no user input yet: numpy and
// pandas are imported, the dataset's columnar copy (package frames) is loaded, the
// usual operations have run once, and the garbage collector forgets all of it.
//
// # Files
//
//	__main__  the command line
//	runner    the life above, the budget, the globals of a program
//	protocol  the descriptors, the lines, the strict request
//	frames    the columnar copy as data frames
//	policy    judges a syntax tree; rules holds its tables of names
//	texts     what texts in a program name; rewrite what the guard looks at later
//	guard     built-ins of a running program; facades and idle its modules
//	classes   which classes a program has; stores which attributes it may set
//	patches   the places where pandas and numpy look up what a text names
//	program   text to tree to code to the value of the last expression
//	results   what was returned as one table; cells its values, exact without their
//	          methods; labels its row labels
//	failures  exceptions as faults; faults their shape; output what was printed
//
// # Two lines
//
// The sandbox is the wall: it holds whatever the code does, and the suite of
// executortest proves that with the second line switched off (-policy off, an
// argument of the parent that no request can give). The second line, policy and
// guard, is a courtesy: it says no early, with a place and a reason, and leaves less
// to hold. Nothing depends on it. Code runs in the same interpreter as the guard, so
// whoever finds a way around is where the guard is, in the sandbox. It has two halves.
//
// The policy judges the tree before anything runs: kinds of nodes, imports,
// names and attributes. An attribute that begins with an underscore, leads to a
// frame or to code, or reads and writes files is refused wherever it stands: in
// an expression, a pattern, an import, a field of str.format. What is compiled is
// the tree that was judged, with a call of the guard added where only the running
// program tells: where an attribute is set, a text is formatted, self._x is read.
//
// The guard covers what no tree shows: names that are made while the program
// runs, and whose an object is. getattr takes a name that stands in the code. The
// known places where a library looks up something by a text are closed: the names of
// aggregations (agg, apply, transform, pivot_table) are held to a list, the text of
// DataFrame.query is judged like a program and sees the program's variables only,
// uses of str.format on computed texts go through the guard, time zones cannot be
// paths, plots name no module, labels that begin with two underscores are never
// attributes. Modules are facades: unchangeable objects with the listed names, which
// are not modules; a test walks what they reach and finds none. Attributes are set on
// what the program made, and on the parts of frames and arrays that are data.
// Classes derive from the program's own, exceptions and plain data types. type asks
// and does not make: for a class that no module offers, it gives one that tells its
// name. A refusal that the program catches is remembered, and is the answer.
//
// # Time, memory and output
//
// The budget is a timer whose signal handler writes the response and ends the
// process; it raises nothing that code could catch. What sits in C for longer, or
// got hold of the handler, is killed by the parent. Private memory is bounded a
// little below the sandbox's, so that most of what asks for too much gets an error
// that says so instead of a kill. print and warnings are kept up to 64 KiB each;
// descriptor 1 is /dev/null, the protocol's own descriptors are moved away before
// anything is imported.
//
// # Results
//
// In this order: result_df, result_rows with result_columns, result, the value of
// a final expression. The types are DuckDB's names. Index levels become leading
// columns unless they only count rows: labels remembers which index was taken out
// of a default one, because afterwards the numbers do not tell row 2023 from the
// year 2023. A column of moments without any time of day is one of dates, as
// pandas shows it; the losing option, TIMESTAMP always, is true to the type and
// makes every date a midnight.
//
// # Decisions with a loser
//
//   - Facades instead of the real modules and a tree walk alone: a walk cannot see
//     np.random.mtrand or the module behind a from-import's name.
//   - Refusing getattr with a computed name instead of guarding it: what it is used
//     for in analysis, columns by name, is written row['name'].
//   - Names with one leading underscore are allowed for variables, and for attributes
//     in methods of the program's classes, on objects that turn out to be of its own
//     classes: every other such attribute is pandas'.
//   - Refusing pd.DataFrame as a base instead of judging the names in the class:
//     pandas asks its subclasses for many, and an analysis needs none.
//   - No dataclasses: they are made by running text as code.
//   - A mistake in the syntax is PYTHON_EXECUTION_ERROR, like every other mistake
//     of an author. PYTHON_POLICY_VIOLATION means: this will never be allowed.
package python
