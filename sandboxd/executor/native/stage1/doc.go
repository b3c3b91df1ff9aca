// Package stage1 is the first thing that runs inside a native sandbox: it locks
// the process it runs in and then becomes the runner.
//
// The native executor starts the runner binary with the argument [Command] in
// fresh namespaces; the runner's main calls [Main] before anything else. Main
// reads a [Config] from a pipe and does, in this order,
//
//	mounts      a tmpfs as root, holding nothing but the runner, /dev/null, the
//	            dataset (read-only), /tmp and, for ingest, /out
//	pivot_root  the host's file system disappears, and the new root is read-only
//	rlimits     files, threads, CPU time and, without cgroups, memory
//	caps        every capability and the way back to them is dropped
//	landlock    the same file rights once more, enforced by another mechanism
//	seccomp     an allow-list of system calls: no socket, no fork, no mount
//	exec        the runner, with an empty environment
//
// The order matters: mounting needs the capabilities, Landlock forbids
// mounting, and after seccomp hardly anything but exec is possible.
//
// Everything after the mounts applies to one thread. That is enough and is why
// exec ends the sequence: it keeps only the calling thread, so the restrictions
// of that thread become those of the process. A Go program that links C cannot
// apply them to all of its threads at once.
//
// The package is linked into the runner, so it imports little, and it runs with
// the host's file system still visible, so it does nothing on its own account.
package stage1
