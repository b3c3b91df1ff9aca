// Package datadir holds a directory for one process, and says how it does.
//
// Whoever keeps files that a second process of the same kind would take away,
// because it tidies up when it starts, takes the directory first: the event log,
// a gateway's run list, a node's sandboxes. [Take] never waits; a process that
// was killed leaves nothing that stands in the way.
package datadir
