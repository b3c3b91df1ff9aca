// Package syscalls is the list of system calls a sandboxed process may make, for
// every executor that can hand a filter to the kernel.
package syscalls
