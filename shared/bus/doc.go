// Package bus is Leo's one door to NATS: the log of run events, the queues that
// workers take from, dead letters, notes, tasks, key-value buckets and objects.
// Nothing else in Leo imports a NATS client.
//
// # The log
//
// One JetStream stream, RUNS, holds every event of every run under its own
// subject (see event.Subject). It is the queue, the audit log and the source of
// truth at once. [Bus.EnsureTopology] lays it out, the same way on an embedded
// server, on one server and on a cluster of three.
//
// [Bus.Append] is the only writer. Each append names the event that led to it and
// happens only if that event is still the run's last:
//
//	                          append after 41
//	asked 40 ── planned 41 ─┬──────────────────── executed 57   stored
//	                        └──────────────────── failed        ErrMovedOn
//
// So two workers on one event cannot fork a run, however they came to be two. A
// lost answer, a conflict and an outcome the cluster does not know yet are all
// resolved by reading the run's tail: mine, somebody else's, or nobody's yet.
// The subject filter of the expectation is always event.RunFilter; a writer that
// used another one, or none, would fork runs.
//
// # Workers
//
// [Bus.Work] runs one stage: it takes the events of one kind and calls a handler
// with a [Turn], which reads the run and appends to it.
//
//	          ┌──────── again after a delay ────────┐
//	          ▼                                     │
//	waiting ──▶ situate ──▶ handle ──▶ settle ──┬── retry
//	              │                             ├── done (appended, or somebody else was first)
//	              │                             ├── failed/rejected appended, done
//	              └── moved on: done            └── given up: dead letter
//
// A handler that dies is no special case: the server delivers the event again,
// situate finds the run where it is, and the turn continues there. Publish, then
// acknowledge; a crash between the two only costs a look at the tail. Handlers
// that run long are kept alive for as long as they run, and nothing is fetched
// that no slot is free for, so nothing grows old in a buffer.
//
// [Bus.Express] opens a run that goes ahead of what waits: beside its place in the
// queue each of its events is announced to a worker that keeps handlers for such
// runs alone. It is a short cut and no second queue: what it misses, the queue has.
//
// Everything a worker gives up becomes a [DeadLetter]. The advisory behind it is
// sent once, so the guarantee that every run ends is the supervisor's sweep for
// runs past their deadline; dead letters only make it quicker.
//
// # Reading
//
// [Bus.Events] and [Bus.Tail] read one run directly. [Bus.Follow] gives every
// event to one function, for a gateway's live view and its projections: one per
// process, never one per client. [Bus.Replay] is a bounded read of the past.
// Times in a [Filter] are the log's own clock; an event's Time is its writer's.
//
// # Beside the log
//
// [Bus.Notify] and [Bus.Notes] carry what may be lost: progress, text as it is
// written, and the wish to cancel. [Bus.Enqueue] and [Bus.WorkTasks] carry work
// that is not a run. [Bus.KV] and [Bus.Objects] are the buckets; an object's
// reader checks its hash.
//
// # Failures
//
// Methods fail with faults (package fault) where the cause is the bus:
// fault.Unavailable when NATS is away or full, fault.NotFound, fault.Conflict,
// fault.Validation and fault.PayloadTooLarge as each one says. Loops (Work,
// Follow, Watch, WorkTasks, DeadLetters) do not fail when NATS is away: they
// wait, log, and go on where they were.
package bus
