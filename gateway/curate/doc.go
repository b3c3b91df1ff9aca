// Package curate lets people say what a dataset's tables and columns mean and how
// its tables relate, and looks after its versions. It is what the HTTP handlers
// call.
//
// What people say is a catalog.Curation, kept apart from what was found in the
// files: no preparation overwrites it, and it holds for every version, by the
// names of tables and columns. A change names the revision it was made on, and is
// a CONFLICT when there is a newer one: nobody's words are lost silently. The
// planner reads the newest revision for every question, so a synonym that was
// added works for the next one, and a relation that was rejected is not followed
// any more. Runs of the past stay what they are.
//
// A dataset's owner may say what it means, and so may whoever vouches for answers:
// verifiers and admins. Every change is recorded as an act (package audit) before
// it is made.
package curate
