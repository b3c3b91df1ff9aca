// Package verified keeps the answers that a person vouched for: a question, the
// plan that answers it, and who says so.
//
// A verified answer is for one dataset of one org, and there is at most one for a
// question: its id is made from the question as [Normal] spells it, so two
// people who verify the same question in other words meet at one record. Records
// live in the key-value bucket "verified" under <org>.<id> and change only at the
// revision that was read.
//
// An answer does not expire, it turns stale: when a newer version of the dataset
// has no longer every table and column the plan reads, with the type it had, or
// when its plan has fixed dates that were counted from another day than the
// question's ([Answer.Stale]). Nothing marks it so; it is found by comparing, and
// an answer whose columns come back is good again.
//
// The gateway writes records; the planner watches them and looks questions up.
package verified
