// Package reuse answers questions with plans that a person vouched for, before
// anything else is tried.
//
// A [Book] holds every verified answer of the deployment in memory and follows
// their changes over the bus, so looking a question up costs no read. A question
// finds an answer when both are spelled alike by [verified.Normal], of the same
// org and dataset, and the answer is not stale for the dataset version that is
// asked about. A question that leans on what was said before it, or that brings
// definitions of its own, is never looked up: it may mean something else.
//
// The planner calls [Book.Find] once for each question and falls through to its
// other roads when there is none.
package reuse
