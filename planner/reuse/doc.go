// Package reuse answers questions with plans that a person vouched for, before
// anything else is tried.
//
// A [Book] holds every verified answer of the deployment in memory and follows
// their changes over the bus, so looking a question up costs no read. A question
// finds an answer when both are spelled alike by [verified.Normal], of the same
// org and dataset, and the answer is not stale for the dataset version and the day
// that are asked about. A question that leans on what was said before it, that
// uses a result named there, or that comes with instructions, constraints or a
// format of its own, is never looked up: it may mean something else.
//
// The planner calls [Book.Find] once for each question and falls through to its
// other roads when there is none. Where none of them is sure, [Book.Near] returns
// answers to questions that are much alike, for a person to choose from.
package reuse
