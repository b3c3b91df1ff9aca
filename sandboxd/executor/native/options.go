package native

import (
	"log/slog"

	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
)

// Name is what this executor is called in configuration and events.
const Name = "native"

// Options configure an executor.
type Options struct {
	// Runner is the path of the leo-runner binary, statically linked. If leo is
	// root, others must be allowed to execute it; the directories above it may
	// be private.
	Runner string
	// Unsafe accepts a kernel without user namespaces, Landlock or seccomp and
	// uses what there is. Data in reach of leo's user is then protected by less
	// than this package promises.
	Unsafe bool
	// Python is the root file system of Python sandboxes; nil means that there
	// are none. PythonDir is where it is unpacked, at the first one.
	Python    *rootfs.Root
	PythonDir string
	// CgroupParent is the directory that holds the sandboxes in every cgroup
	// hierarchy, a relative path. Default "leo-sandboxes".
	CgroupParent string
	// Logger receives what an operator should know. Required.
	Logger *slog.Logger
}
