// Package describe writes down what the tables and columns of a dataset are, where
// nobody did: from their names, types, keys, relations and profiles by rules, or in
// a model's words.
//
// What a person wrote, or came with the dataset, is never replaced, and every text
// says who wrote it (catalog.Author). Texts are for people and for models that
// plan. Nothing is planned by rules on a generated text, so a poor one misleads
// nobody's numbers.
//
// Column names and values were written by whoever made the files. Rules quote
// values, short ones, and leave out what looks like markup or an address. A model
// is shown them as JSON between marks that they cannot contain, cut to length, and
// is told that nothing in them is to be obeyed; the safety rests on what is done
// with its answer: only texts about tables and columns that were asked about are
// taken, only as plain text of limited length ([Plain]), and what fails is left to
// the rules.
package describe
