// Package executortest is the conformance suite of sandboxes: what every
// [executor.Executor] must do, whatever it is made of.
//
// [Run] holds an implementation to three kinds of facts. Isolation is looked at
// from both sides: a probe program (testdata/probe), which stands in for
// leo-runner and speaks its protocol, tries what must not be possible, and the
// kernel is asked about the probe's process. Failure modes are provoked by the
// same program, which misbehaves on order: hangs, bombs, floods, garbage, lies.
// The engine part runs the real leo-runner: SQL over a prepared dataset, and an
// ingest that makes one.
//
// After every case the suite compares what is on the machine with what was there
// before; an executor says through [Options].Leftovers where to look.
//
// The package also builds the binaries for other packages' tests
// ([RunnerBinary], [ProbeBinary]) and makes prepared datasets ([Prepared]).
package executortest
