// Package rootfs brings the root file systems of sandboxes to the executors.
//
// That of SQL sandboxes is the runner's binary and the directories things are
// mounted on ([Runner]).
//
// That of Python sandboxes ([Root]) comes as one uncompressed tar, built by `make images` from a
// distribution's packages: an interpreter, its standard library, numpy and
// pandas, and no shell, no package manager and no other program. The harness,
// which speaks the runner protocol, is part of this binary and is added here, so
// that the two always fit. Both together have a digest, after which images and
// directories are named: a new leo never meets an old harness.
//
//	tar + harness ──Write──▶ a container image's layer      (docker)
//	              ──Unpack─▶ a directory, mounted read-only (native)
package rootfs
