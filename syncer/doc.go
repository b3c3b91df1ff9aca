// Package syncer keeps the catalogue: it sees to it that every dataset version that
// was registered gets prepared, and brings what is known about it up to date.
//
// It is one of Leo's four roles, and what is to be done follows from the records. A
// version that is registered, or that says preparing although its worker may have
// died, gets a prepare task; tasks are deduplicated by the bus and a task for a
// version that is ready does nothing, so asking twice is harmless. On its schedule it
// also removes what interrupted uploads left in the object store.
//
// # Syncs
//
// A sync begins when a dataset has a version that none was made for, when people
// said something about it, when somebody asks, a while after one that failed, and
// once a day. Its steps come one after the other:
//
//	profile    a sandbox profiles what has no profile, and counts in the data what
//	           guessed relations rest on
//	relate     relations that the counts refute are dropped
//	describe   what nobody described is described by rules, and on a new version or
//	           when asked by a model, where there is one
//	publish    the catalogue becomes an immutable snapshot, named by its hash; that
//	           of the version that is now current is the one questions are planned on
//	embed      searches find it: points go to Qdrant, embeddings are made, where
//	           either is configured
//
// The state is in one record for each dataset (catalog.SyncState), written before
// and after every step under its revision. A syncer that is killed leaves the step
// it was in, the task comes to another one, and that goes on there; doing a step
// twice is the same as doing it once. One worker at a time has a dataset's task, and
// if two believe that they have, the second one's write is refused and it stops. A
// step that fails is tried again at once and then left out: the rest is done, the
// state says what was not, and it is tried again later. Every sync that ended is in
// the audit as an act of the user "syncer".
//
// # The search index
//
// Besides the last step, two more tasks write it: one for a dataset that was deleted
// or whose verified answers changed, and one that fills it anew, a syncer at a time,
// when another embedding model is configured or there is none yet. Searches go on
// over the old one until the new one is full.
//
// What people said is never written to: it stands apart and is laid over what the
// steps find.
package syncer
