// Package run is what the events of a run add up to.
//
// A run's state is the fold of its events and nothing else: [Fold] starts from
// nothing and [Run.Apply] takes one event at a time. The same fold serves the
// live page, the run list, the capsule and the audit, so they cannot disagree.
//
//	           ┌──────────────── pending ────────────────┐
//	           │                  (asked)                │
//	 planned   ▼          rejected, needs_input,         │
//	┌────▶ running ────── failed, answered, ────────┐    │ rejected, needs_input,
//	│    planned │        cancelled                 │    │ failed, cancelled
//	│    started │                                  ▼    ▼
//	└─── executed┘          succeeded │ failed │ rejected │ cancelled │ needs_input
//
// Within running the order is planned, then started, then executed, and from
// executed either the next step's planned or an end. started may be missing: a
// result can come from a cache. Nothing follows an end. An event that does not
// fit where the run is breaks the run's integrity: [Run.Apply] returns
// [ErrTransition], which a correct log never causes, because every append names
// the event it follows.
//
// A [Capsule] is the record that is downloaded and verified: the fold, plus the
// events themselves and a SHA-256 chain over them. [Verify] takes a capsule
// apart and checks that the chain holds and that the events fold to exactly what
// the capsule says.
//
// The package is pure.
package run
