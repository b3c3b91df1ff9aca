// Package registry keeps the datasets: their records in the KV bucket
// "datasets" and the bytes people uploaded in the object bucket "uploads".
//
// A dataset has one record per version and one pointer that says which version
// is the newest:
//
//	<org>.<id>            {"version": "…"}          the pointer
//	<org>.<id>.<version>  catalog.Dataset           one record per version, kept
//
// What people say about a dataset, [catalog.Curation], stands apart in the bucket
// "curation" under <org>.<id>, so that no preparation overwrites it and it holds
// for every version; [Registry.Get], [Registry.Version] and [Registry.List] lay it
// over the record, [Registry.Record] and [Registry.Watch] do not.
//
// Older versions are kept, so a run stays reproducible after a new upload. Versions
// that only read the same files differently ([Registry.Reread]) share their bytes.
// Records change only by revision-checked updates. An upload becomes visible in
// one step, by its pointer: until [Upload.Commit] returned there is no dataset,
// and what an aborted or killed upload left in the bucket is removed by
// [Registry.Sweep].
//
// Large files come in pieces. A [Session] is an upload on its way; its records are
// in the KV bucket "intake", apart from the datasets, because they change with
// every piece:
//
//	<org>.<session>          Session        who, for what, and what it became
//	<org>.<session>.<file>   SessionFile    how far a file has come, its parts
//
// A part is an object of its own, <org>/<session>/<file>/<part>, with a random
// name, and counts once the file's record names it. So nothing is written twice
// or composed: [Registry.Complete] puts the list of parts into the dataset's
// record and [Registry.Open] reads them one after the other. What was stored and
// not counted when a process died is unnamed, and the sweep removes it; the state
// of the file's SHA-256 is in its record, so that nothing is read again.
//
// How the catalogue of a dataset is kept stands in the bucket "syncs" under
// <org>.<id>, as a catalog.SyncState, and who last asked for a sync under
// <org>.<id>.asked. What questions were planned on stands in the
// bucket "snapshots", compressed, by its SHA-256, and is never changed:
//
//	<org>.<id>.<version>         Published          the newest snapshot
//	<org>.<id>.<version>.<hash>  catalog.Snapshot   one for each state there was
//
// Used by the gateway (upload, list), the planner (schema), sandboxd (files,
// preparation) and the syncer (watch).
package registry
