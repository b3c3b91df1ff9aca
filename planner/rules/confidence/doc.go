// Package confidence turns what is known of a reading into the probability that
// it is right: a small model of boosted trees, and the training of it.
//
// A [Model] is a sum of shallow decision trees over named features, squeezed
// into 0 to 1. It is a text file that people can read and that the rules planner
// embeds; evaluating it takes about a microsecond.
//
// An [Example] is one reading of one question whose answer is known: its
// features, whether its rows were right, and the numbers of the collection and
// of the database it comes from. Examples hold numbers only, no text of any
// question, so they can be kept beside the program. [Train] fits a model to
// them, the same one every time. [CrossValidate] trains on some databases and
// judges on others, which is the only figure that says anything about data the
// planner has not seen; [Threshold] picks from it the confidence above which
// readings are run.
//
// The program in fit does all of it:
//
//	go run ./planner/rules/confidence/fit
package confidence
