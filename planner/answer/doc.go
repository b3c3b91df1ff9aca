// Package answer turns a result into what a person is shown: at most three
// sentences, a chart, three follow-up questions and the trust record.
//
// Everything is computed from the result, the plan and the catalogue; the same
// input gives the same answer. Every figure in the text is a cell of the result,
// formatted, and carries a reference to that cell. Numbers are
// shown with at most four decimals; nothing is estimated or taken from anywhere
// else, and nothing is called highest or lowest unless every row was seen.
//
// A text that somebody else wrote, such as a model, is told only if [Narrate]
// finds everything in it that could be wrong in the result; otherwise the text of
// [Compose] stands.
//
// The chart is chosen from the shape of the result (what is measured, by what,
// over time or not), unless the question asked for a type that the shape can
// carry. The planner calls Compose once for each executed event.
package answer
