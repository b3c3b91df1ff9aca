// Package planner turns requests into statements and results into answers.
//
// It is one of Leo's four roles. It takes two kinds of events off the bus:
//
//	asked     a question, a plan, SQL     → planned, needs_input or rejected
//	executed  the result of a statement   → answered, or the model's next planned
//
// A question takes the first road that leads somewhere:
//
//	a plan that a person verified for it    package reuse
//	the rules, if they are sure             package rules
//	a language model, if one is configured  package agent
//	asking back with what the rules read, or an honest no
//
// A plan is compiled to SQL (package compile) and put into a sentence (package
// sentence); SQL, from a person or a model, skips the plan and is labelled so. The
// answer to a result (package answer) is computed from the result alone: text,
// chart, follow-ups and the trust record. A model's words take the place of the
// text only if the result vouches for each figure and name in them. A model that
// fails (outage, budget, nonsense) falls back to asking, or ends the run in a
// fault that says so.
//
// The planner is stateless but for a cache of catalogues and one of verified
// answers. It never sees a row that is not in a result, and it does not check SQL
// text: that is done where the engine's own parser is, inside the sandbox.
package planner
