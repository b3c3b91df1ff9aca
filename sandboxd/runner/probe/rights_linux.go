package probe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// rights tries to get rights the process does not have. It runs on a thread of its
// own that is thrown away, so that whatever succeeds is over with it.
func (p prober) rights() []Row {
	done := make(chan []Row)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		rows := []Row{fact("uid", os.Getuid()), fact("gid", os.Getgid())}
		for _, t := range p.grabs() {
			detail, err := t.act()
			rows = append(rows, attempt(t.name, detail, err))
		}
		done <- append(rows, status()...)
	}()
	return <-done
}

// grab is one attempt to get a right.
type grab struct {
	name string
	act  func() (string, error)
}

func (p prober) grabs() []grab {
	return []grab{
		{"setuid 0", call(unix.SYS_SETUID, 0)},
		{"setgid 0", call(unix.SYS_SETGID, 0)},
		{"mount a file system", p.mount},
		{"unshare the network", call(unix.SYS_UNSHARE, unix.CLONE_NEWNET)},
		{"make a user namespace", userNamespace},
		// These have arguments that fail after the decision about the right.
		{"enter a namespace", call(unix.SYS_SETNS, ^uintptr(0), 0)},
		{"load a kernel", call(unix.SYS_KEXEC_FILE_LOAD, ^uintptr(0), ^uintptr(0), 0, 0, 0)},
		{"load a module", call(unix.SYS_FINIT_MODULE, ^uintptr(0), 0, 0)},
		{"change the root", changeRoot},
		{"read another process", readMemory},
		{"signal another process", signalPeer},
		{"load a BPF map", makeBPF},
		{"read a keyring", call(unix.SYS_KEYCTL, unix.KEYCTL_GET_KEYRING_ID, keySession, 0)},
		// Last, because it gives up all others.
		{"raise a capability", raiseCapability},
	}
}

// keySession is KEY_SPEC_SESSION_KEYRING, -3.
const keySession = ^uintptr(2)

// call makes a system call on this thread only. What fails for another reason than
// a missing right was let through.
func call(number uintptr, args ...uintptr) func() (string, error) {
	return func() (string, error) {
		var a [6]uintptr
		copy(a[:], args)
		_, _, errno := unix.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5])
		switch errno {
		case 0:
			return "succeeded", nil
		case unix.EBADF, unix.EINVAL:
			return "the kernel only disliked the arguments (" + errno.Error() + ")", nil
		case unix.ENOKEY:
			return "", errNone
		}
		return "", errno
	}
}

func raiseCapability() (string, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	all := [2]unix.CapUserData{{Effective: 1 << unix.CAP_SYS_ADMIN, Permitted: 1 << unix.CAP_SYS_ADMIN}}
	return "CAP_SYS_ADMIN", unix.Capset(&header, &all[0])
}

// mount mounts onto a directory that it makes and takes away again.
func (p prober) mount() (string, error) {
	dir := filepath.Join(p.tmp, ".leo-probe-mount")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(dir) }()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4k"); err != nil {
		return "", err
	}
	return "mounted", unix.Unmount(dir, unix.MNT_DETACH)
}

// userNamespace starts a process in one: a process with several threads cannot
// enter one itself.
func userNamespace() (string, error) {
	self, err := os.Executable()
	if err != nil {
		self = "/proc/self/exe"
	}
	process, err := os.StartProcess(self, []string{self, "-version"}, &os.ProcAttr{
		Env: []string{}, Sys: &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER},
	})
	if err != nil {
		return "", err
	}
	_, err = process.Wait()
	return "made one", err
}

// changeRoot asks for the root that already is one.
func changeRoot() (string, error) { return "changed", unix.Chroot("/") }

// readMemory asks for memory of the process that started this one, at an address
// where there is none. Attaching a tracer would need the same right and would stop
// that process.
func readMemory() (string, error) {
	parent := os.Getppid()
	if parent == 0 {
		return "", errNone
	}
	var buf [1]byte
	_, err := unix.ProcessVMReadv(parent, []unix.Iovec{{Base: &buf[0], Len: 1}}, []unix.RemoteIovec{{Base: 0, Len: 1}}, 0)
	if err == nil || errors.Is(err, unix.EFAULT) {
		return "process " + strconv.Itoa(parent) + " could be read", nil
	}
	return "", err
}

// signalPeer sends the process that started this one the signal that is none.
func signalPeer() (string, error) {
	parent := os.Getppid()
	if parent == 0 {
		return "", errNone
	}
	return "process " + strconv.Itoa(parent) + " could be signalled", unix.Kill(parent, 0)
}

// makeBPF creates an array map of one element.
func makeBPF() (string, error) {
	attr := [8]uint32{2 /* BPF_MAP_TYPE_ARRAY */, 4, 4, 1}
	fd, _, errno := unix.RawSyscall(unix.SYS_BPF, unix.BPF_MAP_CREATE,
		uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr)) //nolint:gosec // the kernel's interface is a structure
	if errno != 0 {
		return "", errno
	}
	return "made one", unix.Close(int(fd))
}

// status reports what the kernel tells about the process's own rights. A filter of
// system calls may keep the questions away, too.
func status() []Row {
	var rows []Row
	for _, q := range []struct {
		name string
		ask  int
	}{
		{"no_new_privs", unix.PR_GET_NO_NEW_PRIVS},
		{"seccomp", unix.PR_GET_SECCOMP},
		{"dumpable", unix.PR_GET_DUMPABLE},
	} {
		value, err := unix.PrctlRetInt(q.ask, 0, 0, 0, 0)
		if err != nil {
			rows = append(rows, attempt(q.name, "", err))
			continue
		}
		rows = append(rows, fact(q.name, value))
	}
	return append(rows, capabilities()...)
}

func capabilities() []Row {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	rows := []Row{}
	if err := unix.Capget(&header, &data[0]); err != nil {
		rows = append(rows, attempt("capabilities", "", err))
	} else {
		held := data[0].Effective | data[0].Permitted | data[0].Inheritable
		more := data[1].Effective | data[1].Permitted | data[1].Inheritable
		rows = append(rows, fact("capabilities", fmt.Sprintf("%x", uint64(more)<<32|uint64(held))))
	}
	bounding, err := boundingSet()
	if err != nil {
		return append(rows, attempt("bounding set", "", err))
	}
	return append(rows, fact("bounding set", fmt.Sprintf("%x", bounding)))
}

func boundingSet() (set uint64, err error) {
	for c := range 64 {
		has, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(c), 0, 0, 0)
		if errors.Is(err, unix.EINVAL) {
			break // past the last one the kernel knows
		}
		if err != nil {
			return 0, err
		}
		set |= uint64(has&1) << c
	}
	return set, nil
}
