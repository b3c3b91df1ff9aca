// Package history is the searchable list of runs: a projection of the log into a
// SQLite file beside the gateway.
//
// A [Projector] reads every event once, folds
// it with package run, and writes one row per run together with the sequence it
// has reached, in the same transaction, so a crash neither loses nor repeats an
// event.
//
//	log ──Follow(position+1)──▶ fold per open run ──▶ rows ──one tx per batch──▶ SQLite
//
// Batches form by themselves: while one is written, events queue up, and all
// that wait are the next one. A full disk stops the projection, never the log;
// it is tried again until it works, and [DB.Healthy] reports it meanwhile.
//
// A [Rebuilder] makes the file anew while the old one is used, and puts it in its
// place: when somebody asks for it, and when [Open] finds a file that it cannot serve as it
// is, of another schema or damaged, of which it serves what can be read. A file that does not
// belong to this log, since its position is beyond the log's end or the event at its
// position is a different one, is set aside, and an empty one is filled.
//
// The list is derived from the log but for what the log has let go of, what was recorded of each
// run when it ended, and the labels. A rebuild takes these over.
//
// Each finished run's row keeps the digest of its capsule as it was folded then,
// so a later replay can be compared with it ([DB.Digests]).
//
// What people call their conversations, and which of them they deleted, is not in
// the log: a [Labeller] copies it from its key-value bucket into a table beside
// the runs, where lists and searches need it. That table, too, comes back by
// itself in a new file. Deleted conversations are left out of lists; their runs
// stay.
//
// Lists are found in an index that holds whatever narrows them. Words are looked
// up in an index of trigrams, which names the candidates; the text decides.
//
// Every query a request can cause takes the org as its first argument and selects
// by it; only the supervisor's looks across orgs.
package history
