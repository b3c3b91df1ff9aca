// Command fit learns the weights of the evidence for readings of sheets.
//
//	go run ./planner/rules/fit                 prints how well weights do on groups they have not seen
//	go run ./planner/rules/fit -write FILE     writes the weights, to lexicon/sheet_evidence.txt
//
// Its input, evidence.csv beside it, holds numbers only: one row for each reading
// of an open evaluation question about a short table, with the number of its table,
// whether its answer was right, and its evidence in the order of the header (see
// rules.Reading). No question, name or value is in it.
//
// The model is logistic regression with a ridge penalty, fitted by gradient
// descent from zero for a fixed number of steps: the same input gives the same
// bytes, in about a second. Tables, not questions, are left out in turn when it
// is judged, because questions about one table are alike. A boosted forest was
// considered: it gains nothing on this few rows and explains nothing.
package main
