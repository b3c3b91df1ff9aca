// Package attack holds whole corpora of attacks against the layers around a run.
// It has tests only.
//
//   - Policy: no statement that is not a query passes sqlpolicy, whatever tables
//     it may read (TestEveryStatementThatIsNoQueryIsRefused).
//   - Oracle: what passes touches nothing. Every accepted statement runs on an
//     engine that is not locked, in a process without any sandbox, while strace
//     watches: between two marks that process may not open or create a file,
//     use a socket, start a program or write anywhere
//     (TestAcceptedStatementsTouchNothing). The engine's lockdown and the
//     sandbox would stop all of that; here they are off, so that the policy is
//     shown to hold alone. Statements that do touch something are among them, to
//     show that the watch sees it.
//   - Hostile runs: hundreds of runs that end badly, one after the other, leave
//     nothing on the machine (TestHostileRuns).
//
// The statements are those of testdata, or of the directory that the environment
// variable LEO_CORPORA names, in files of the same names and form:
//
//	duckdb_statements.jsonl  {"statement": …, "kind": "select" or another, "file": …} a line;
//	                         the statements of a file build on each other
//	sql_injection.txt        one string a line
//
// -hostile-runs N sets how many runs are hostile.
package attack
