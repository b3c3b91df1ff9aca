// Package vouch marks answers as verified on behalf of a principal, and lists
// them with what has become of them. It is what the HTTP handlers call.
//
// Only an answer that was made from a plan can be verified, and only under a
// question that stands alone: both are what the planner looks up and runs again.
// A question has one verified answer for a dataset. Marking another one for it is
// a CONFLICT unless the first has turned stale or the caller says to replace it;
// writes are checked against the revision that was read.
//
// Marking and unmarking are recorded as acts (package audit) before they are
// done.
package vouch
