// Package doctor tries, on a live executor, whether its sandboxes hold: the short
// version of the suites that the tests run, for the machine that serves people.
//
// [Run] puts up canaries that a sandbox must not reach (a file everybody outside
// may read, listeners on loopback, on an abstract and on a named socket), makes a
// small dataset through an ingest sandbox, and then asks one question at a time,
// each in a sandbox of its own:
//
//	network, files,      a runner in probe mode tries system calls (package
//	programs, rights,    sandboxd/runner/probe) and reports; the canaries and the
//	visibility           kernel are asked, too, where they can be
//	limits               runs that take too much time, memory, threads or output
//	policy, engine       statements through the runner that serves people
//	cleanup              what is left afterwards
//
// A check passes only when something was tried and did not succeed; one that could
// not be tried fails, or is skipped with the reason where the machine cannot tell.
//
// It is called by `leo doctor`. It needs nothing from a running Leo and disturbs
// none: its sandboxes belong to the executor it was given.
package doctor
