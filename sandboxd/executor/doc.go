// Package executor is the plug point for sandboxes: what every way of running
// leo-runner has in common, and what each of them must guarantee.
//
// An [Executor] makes single-use sandboxes. A sandbox lives through four states
// and never goes back:
//
//	          Prepare                Run                    Destroy
//	(nothing) ───────▶ ready ───────────────────▶ used ───────────────▶ gone
//	                     │  dataset open,           one request,          ▲
//	                     │  no user input yet       one response          │
//	                     └────────────────────────────────────────────────┘
//	                                     Destroy, any time
//
// Prepare starts the runner with its dataset mounted and returns once the
// runner has said that it is ready; nothing a person typed has reached it, so a
// pool may keep it waiting. Run sends the one request and returns the one
// response. Destroy kills what is left and removes every trace; it always
// follows, whatever happened before.
//
// The implementations are folders: native (namespaces, Landlock, seccomp and
// cgroups, Linux only) and docker. They start a process and hand it to
// [NewSession], which owns the conversation, the deadlines, the output caps and
// the single use, so that these are the same everywhere. classify.go is the one
// place where the ways in which a sandbox can end become faults. The suite in
// executortest holds every implementation to the same facts; choice picks one
// for this machine.
//
// The package never opens a dataset and holds no keys: it moves bytes between
// the control plane and a process it does not trust.
package executor
