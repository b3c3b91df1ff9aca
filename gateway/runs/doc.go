// Package runs begins, stops and reads runs on behalf of a principal. It is what
// the HTTP handlers call; it knows nothing of HTTP.
//
// A run begins with one append of an asked event at sequence 0. Everything that
// can be refused is refused before it: what is malformed, an unknown dataset or
// one that is not ready, limits above the policy, too many runs under way, too
// long a queue. What was accepted is in the log and will end, at the latest by
// its deadline.
//
// A run ends early with a cancelled event at its tail. Workers may move the run
// on in the meantime, so the append is tried again at the new tail until it lands
// or the run has ended by itself.
//
// Every method takes the principal and looks only into that principal's org; a
// run of another org is NOT_FOUND like one that does not exist.
package runs
