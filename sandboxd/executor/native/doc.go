// Package native runs sandboxes with what the Linux kernel offers any process:
// namespaces, Landlock, seccomp, resource limits and, where they may be used,
// cgroups. It needs no daemon, works as root and as an ordinary user, and is
// what Leo uses where Docker does not answer.
//
// One sandbox is one process tree:
//
//	leo (this package)                      the runner binary
//	───────────────────                     ──────────────────────────────────
//	cgroup for the sandbox
//	clone into new namespaces  ───────────▶ stage1: waits for its configuration
//	pid into the cgroup
//	configuration through a pipe ─────────▶ stage1: builds the root, locks itself
//	                                        exec: the runner, dataset open
//	request, response          ◀──────────▶
//	SIGKILL to pid 1                        the kernel ends the whole namespace
//	cgroup removed
//
// What holds inside: no network, an empty read-only root with the runner,
// /dev/null, the dataset (read-only), a small /tmp and, for ingest, /out; no
// /proc; an unprivileged user without capabilities; an allow-list of system
// calls without sockets, new processes or mounts. When leo runs as root the
// sandbox is [executor.UID] on the host; otherwise it is leo's own user, which
// Landlock and the mounts keep from everything that user could reach.
//
// Directories are mounted through descriptors that root opens before it gives
// up its rights, so the directories above a dataset may be private.
//
// A sandbox does not survive leo: its first process dies with the thread that
// started it, for which one thread is kept that does nothing else, and with it
// the kernel ends its pid namespace. Cgroups that are left are swept by the next
// process. They all sit below one directory, named in [Options], which stays.
//
// Where the kernel offers less than user namespaces, seccomp and Landlock the
// package refuses to work, unless [Options].Unsafe asks for whatever there is.
package native
