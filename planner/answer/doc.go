// Package answer turns a result into what a person is shown: at most three
// sentences, a chart, three follow-up questions and the trust record.
//
// Everything is computed from the result, the plan and the catalogue; the same
// input gives the same answer. Every figure in the text is a cell of the result,
// formatted, and carries a reference to that cell; only where plain rows are listed
// it is how many they are, and where there are none the conditions and the end of
// the data. Numbers are shown with at most four decimals; nothing is
// estimated or taken from anywhere else, and nothing is called highest or lowest
// unless every row was seen.
//
// A text that somebody else wrote, such as a model, is told only if [Narrate]
// finds everything in it that could be wrong in the result; otherwise the text of
// [Compose] stands.
//
// The chart is chosen from the plan and the question ([Intended]: what is measured,
// by what, over time or not, and what was asked for), and then taken back where the
// rows cannot carry it: parts of a pie that are negative, many or averages,
// measures of different units on one axis, more bars than can be told apart. A wrong
// chart is worse than the table, which is shown in any case. [Encode] names a chart's
// columns as the dataset does, for evaluation. The planner calls Compose once for
// each executed event.
package answer
