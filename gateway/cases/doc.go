// Package cases keeps answers as test cases: what was asked, of which data, and
// the whole result that is right for it. It is what the HTTP handlers call.
//
// A case is saved from a run that succeeded, at most one of each run, under
// <org>.<run id> in the key-value bucket "testcases". It never changes, and deleting
// it leaves an act (package audit). The
// export gives the cases as lines of questions.jsonl in the layout `leo eval`
// reads, with the dataset as the item's database.
package cases
