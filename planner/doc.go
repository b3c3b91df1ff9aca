// Package planner turns requests into statements and results into answers.
//
// It is one of Leo's four roles. It takes two kinds of events off the bus:
//
//	asked     a question, a plan, SQL     → planned, needs_input or rejected
//	executed  the result of a statement   → answered
//
// Every request takes the same path: a question finds the plan a person verified
// for it (package reuse) or is understood as a plan (package rules), a plan is
// compiled to SQL (package compile) and put into a sentence (package sentence);
// SQL from a person skips the plan and is labelled so. The answer to a result
// (package answer) is computed from the result alone: text, chart, follow-ups and
// the trust record.
//
// The planner is stateless but for a cache of catalogues and one of verified
// answers. It never sees a row that is not in a result, and it does not check SQL
// text: that is done where the engine's own parser is, inside the sandbox.
package planner
