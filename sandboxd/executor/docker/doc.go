// Package docker runs sandboxes as containers, one per run, through the Docker
// API. It needs a daemon on the same host, because the directories a sandbox
// sees are bind-mounted from there.
//
// The image is made here and holds one file: the static runner binary,
// imported into an image without a base and named after the binary's hash, so
// nothing is pulled and an old runner is never reused. Python sandboxes have an
// image of their own, imported from the root file system of package rootfs. An
// image is imported once and stays until another version replaces it; `docker
// image rm` of leo-runner images is safe whenever no leo runs.
//
// A container is created, attached, started and removed by force. What holds
// inside: no network, a read-only root, the dataset read-only, a small tmpfs
// that cannot execute, and for ingest one writable directory; user
// [executor.UID] without capabilities and without a way to new ones; the system
// calls of package syscalls and no others; bounds on memory, without swap, on
// processes and on CPU; no shared memory, no log on the daemon's disk.
//
// Containers carry labels that name their owner. A leo that dies leaves its
// containers behind: the runner of an idle one sees its input end and exits, a
// busy one exits at its own deadline, and the next leo removes them with Sweep,
// which leaves alone whatever belongs to a living process.
package docker
