// Package choice picks the executor for a machine: the one that was asked for,
// or the first that works.
//
// It is the only package that knows every executor. A sandbox is picked once,
// when the service starts; [Select] also says in a sentence what it picked and
// why, for the log and for whoever wonders.
package choice
