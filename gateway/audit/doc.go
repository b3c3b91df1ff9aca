// Package audit exports what an auditor compares: the stored events of an org,
// and the digests its capsules had when their runs ended. Beside the runs it
// keeps and exports the acts of people that others rely on, such as verifying an
// answer.
//
// Events come from the stream and, for what it has let go of, from the archive; what neither
// has is a line of its own.
//
// All exports are newline-delimited JSON, written to an unnamed temporary file
// first, so a slow reader holds no connection to the log and a broken export is
// an error and not half a file. `leo replay --verify` folds the events itself
// and compares: neither events nor digests are computed from the other. [Export.Check]
// does the same for one run on the server, and [Checking] for many, a little at a
// time.
package audit
