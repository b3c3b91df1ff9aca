// Package fault is the closed vocabulary of things that can go wrong in front
// of a person.
//
// A [Fault] has a stable [Code], a sentence a person understands, a hint that
// says what to do next, and optional details for programs. Its cause, the raw
// error of a driver or a library, is kept for the log and never leaves the
// process.
//
// Every other package returns faults for failures a user can see and ordinary
// errors for everything else; [From] turns an unknown error into
// [Internal] at the edge, where it is logged once. The table in table.go is the only place where a code is mapped to an
// HTTP status, to what happens to the message that caused it, and to the exit
// code of the command line.
package fault
