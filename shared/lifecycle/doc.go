// Package lifecycle starts the parts of a process in order and stops them in
// reverse.
//
// Parts are listed from the ground up: what is started first is stopped last.
// Each part runs until its own context ends and then has its grace to finish;
// one that does not return in time is named in the error, and the parts below it
// are stopped anyway. A part that ends on its own stops the whole process.
//
//	start   server ─▶ workers ─▶ gateway
//	stop    gateway ─▶ workers ─▶ server       each with a deadline
//
// Only main uses it, once per process.
package lifecycle
