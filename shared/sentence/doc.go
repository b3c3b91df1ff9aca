// Package sentence says in plain English what a plan computes.
//
// [Sentence] is for the person who has to believe the answer: one sentence, made
// from the plan alone (with types and units from the catalogue), so that it says
// what is computed and not what a question or a model claims. [Chips] are the
// same facts in parts that can be shown and edited one by one, each with its path
// into the plan.
//
//	Sum of total in USD (revenue) from orders per month of order_date, where
//	status is "shipped" and order_date is in the last 3 months (1 Jul 2026 to
//	30 Sep 2026), highest first, at most 10 rows.
//
// Both are deterministic, and total: a plan that is not valid gives an odd
// sentence, never a panic. Names and values come from plans and from people's
// files; control characters in them are dropped and long ones cut, so the result
// is one line of text. It is not escaped for any markup.
//
// The package is pure.
package sentence
