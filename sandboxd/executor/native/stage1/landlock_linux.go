package stage1

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// File rights of Landlock, by the version of its interface that brought them.
// The first version had thirteen, in the low bits.
const (
	rightsV1 = 1<<13 - 1
	rightsV2 = rightsV1 | unix.LANDLOCK_ACCESS_FS_REFER
	rightsV3 = rightsV2 | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	rightsV5 = rightsV3 | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

	readFile = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readTree = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	// writeTree leaves out special files, links and execution.
	writeTree = readTree | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_DIR |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR |
		unix.LANDLOCK_ACCESS_FS_REFER
	useDevice = readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	execFile  = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
)

// LandlockABI returns the version of the kernel's Landlock interface, 0 where
// there is none or where it is switched off.
func LandlockABI() int {
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(abi)
}

// restrictFiles allows this thread the configured mounts and nothing else, and
// from newer kernels on no TCP and no signals or abstract sockets to the
// outside.
//
// The system calls are made directly: the usual library applies a ruleset to
// every thread, for which it needs to interpose on C's thread creation, and one
// thread is what is wanted here.
func restrictFiles(b *builder) error {
	abi := LandlockABI()
	if abi < 1 {
		return errors.New("the kernel does not offer Landlock")
	}
	attr := ruleset(abi)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET,
		uintptr(unsafe.Pointer(&attr)), rulesetSize(abi), 0) //nolint:gosec // the kernel's interface is a structure
	if errno != 0 {
		return fmt.Errorf("create ruleset: %w", errno)
	}
	defer func() { _ = unix.Close(int(fd)) }()
	for _, m := range b.Mounts {
		path := m.Target
		if !b.Namespaces {
			path = m.Source
		}
		if err := allow(int(fd), path, rights(m.Access)&attr.Handled_access_fs); err != nil {
			return err
		}
	}
	if b.Namespaces && b.TmpBytes > 0 {
		if err := allow(int(fd), protocol.TmpDir, writeTree&attr.Handled_access_fs); err != nil {
			return err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return fmt.Errorf("restrict: %w", errno)
	}
	b.facts.LandlockABI = abi
	return nil
}

// ruleset handles, and so denies unless allowed, everything this version knows.
func ruleset(abi int) unix.LandlockRulesetAttr {
	attr := unix.LandlockRulesetAttr{Handled_access_fs: rightsV1}
	switch {
	case abi >= 5:
		attr.Handled_access_fs = rightsV5
	case abi >= 3:
		attr.Handled_access_fs = rightsV3
	case abi == 2:
		attr.Handled_access_fs = rightsV2
	}
	if abi >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return attr
}

// rulesetSize is how much of the structure a kernel of this version accepts
// without looking at fields it does not know.
func rulesetSize(abi int) uintptr {
	var attr unix.LandlockRulesetAttr
	switch {
	case abi >= 6:
		return unsafe.Offsetof(attr.Scoped) + unsafe.Sizeof(attr.Scoped)
	case abi >= 4:
		return unsafe.Offsetof(attr.Handled_access_net) + unsafe.Sizeof(attr.Handled_access_net)
	}
	return unsafe.Sizeof(attr.Handled_access_fs)
}

func rights(a Access) uint64 {
	switch a {
	case Write:
		return writeTree
	case Exec:
		return execFile
	case Tree:
		return readTree | execFile
	case Device:
		return useDevice
	case Read:
	}
	return readTree
}

func allow(ruleset int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { _ = unix.Close(fd) }()
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)} //nolint:gosec // descriptors are small
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset),
		unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0) //nolint:gosec // the kernel's interface is a structure
	if errno != 0 {
		return fmt.Errorf("allow %s: %w", path, errno)
	}
	return nil
}
