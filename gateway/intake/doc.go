// Package intake takes in files that are too large for one request: it decides
// who may upload what, how much, and how many at a time, and lets one writer at a
// file. What arrives is stored by package registry, piece by piece; the HTTP side
// is in package api.
//
// An upload goes
//
//	Begin ──▶ Append … Append ──▶ Complete     a dataset version is made
//	  │         ▲    │
//	  │         └────┘ after a cut: ask for the offset, go on from there
//	  └──▶ Close, or a day without a byte      nothing stays
//
// and survives the death of this process at any point: what it is and how far it
// has come is in the registry. The protocol on the wire is tus 1.0 (creation,
// checksum, termination) for the files, inside an upload that makes several files
// one dataset. Its server, tusd, was considered: its store interface wants files
// that can be appended to or parts that are composed, its locks and its HTTP
// handler would stand beside ours, and what it would save is the reading of four
// headers.
//
// Quotas, each with one fault: a file's and a dataset's size and the number of its
// files (PAYLOAD_TOO_LARGE), the unfinished uploads of an org (RATE_LIMITED), and
// the free disk, which must hold what is announced several times over
// (RUNNER_RESOURCE_EXCEEDED). All are checked before a byte is sent.
package intake
