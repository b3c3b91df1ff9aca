// Package thesaurus knows which English words mean about the same.
//
// It holds pairs of words at three distances, taken from the WordNet database:
//
//	Near     one meaning, in the usual sense of both: "airport", "aerodrome"
//	Derived  the same root or a less usual sense: "weigh" and "weight", "old"
//	         and "age", "nation" and "state"
//	Broad    one is a kind of the other, "employee" and "worker", or much like it
//
// The data is a sorted text inside the program, searched where it lies, so that
// it costs nothing until it is asked. wordnet.txt is made by the program in gen
// from an installed WordNet 3.0 and is under WordNet's licence, which stands in
// LICENSE beside it.
//
// The package links words only; what a link is worth is for its caller, package
// rules, which uses it where the words of a dataset fit nothing of a question, and
// to tell words of the language from misspelt names.
package thesaurus
