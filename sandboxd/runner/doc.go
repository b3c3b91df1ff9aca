// Package runner is what happens inside a sandbox: one process opens one dataset,
// says that it is ready, serves exactly one request, answers, and ends.
//
//	start ──▶ take the protocol descriptor ──▶ open, lock, warm up ──▶ Ready
//	Ready ──▶ one Request line ──▶ judge, bind, run ──▶ one Response line ──▶ exit 0
//	Ready ──▶ end of input ──▶ exit 0 (nobody needed it)
//	any failure before Ready ──▶ Ready with a fault ──▶ exit 1
//
// The messages and their bounds are those of package protocol. The parts:
//
//	engine     DuckDB: open, lock, describe, stream, append
//	sqlpolicy  which texts are queries over the tables of the dataset
//	ingest     raw files to a prepared dataset
//	profile    what is in the tables of a dataset
//	frames     a prepared dataset to the columnar copy that Python reads
//	probe      what a sandbox must prevent, tried from inside of it
//
// # A statement's way
//
// The policy judges the engine's syntax tree of the original text. Then the
// original text is bound, which yields its columns and every error of its author
// with the right position. Then it runs inside of
//
//	SELECT CAST(c0 AS VARCHAR), … FROM query('<the original text>') AS q(c0, …) LIMIT n+1
//
// The text is handed over as a literal, so that comments, semicolons and quotation
// marks at its end mean what they mean, nothing can break out, and column names
// may occur twice. Values are converted to text by the engine, so that every type
// is written as DuckDB writes it, and streamed, so that a result is given up at the
// row or the byte that is too many instead of filling the memory.
//
// # Time
//
// The budget of a request covers all of it. At its end the engine is interrupted;
// if it does not react (some functions do not look), the answer is written anyway
// and the process ends under the engine's feet. Whoever started the process has a
// later deadline of its own and kills.
//
// # The protocol descriptor
//
// Statements can make the engine print to file descriptor 1. [TakeStdout] moves
// the protocol to a descriptor that nobody else knows, and puts /dev/null in its
// place, before the engine is opened.
package runner
