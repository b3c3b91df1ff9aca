package stage1

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor/syscalls"
)

func TestTheAllowListHasNoWayOut(t *testing.T) {
	names := syscalls.Allowed()
	for _, name := range []string{
		"socket", "connect", "bind", "sendto", "fork", "vfork", "clone", "clone3", "prctl", "ioctl",
		"ptrace", "process_vm_readv", "mount", "umount2", "move_mount", "open_tree", "fsopen", "pivot_root", "chroot",
		"unshare", "setns", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "keyctl", "add_key",
		"kexec_load", "init_module", "reboot", "setuid", "setgid", "setgroups", "capset", "chmod", "fchmodat", "chown",
		"link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "kill", "tkill", "tgkill", "rt_sigqueueinfo", "prlimit64", "pidfd_open", "pidfd_getfd",
		"memfd_create", "name_to_handle_at", "open_by_handle_at", "settimeofday", "personality", "execveat",
	} {
		if slices.Contains(names, name) {
			t.Errorf("%s is allowed without a condition", name)
		}
	}
	sorted := slices.Sorted(slices.Values(names))
	if unique := slices.Compact(slices.Clone(sorted)); len(unique) != len(sorted) {
		t.Error("a name is there twice")
	}
}

func TestStepsAreSkippedByName(t *testing.T) {
	all, some := lockdown(), []string{"landlock", "seccomp"}
	left, err := without(lockdown(), some)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		kept := slices.ContainsFunc(left, func(other step) bool { return other.name == s.name })
		if kept == slices.Contains(some, s.name) {
			t.Errorf("%s is kept: %v", s.name, kept)
		}
	}
	if _, err := without(lockdown(), []string{"secomp"}); err == nil {
		t.Error("a step that does not exist is skipped")
	}
}

func TestTheFilterAssembles(t *testing.T) {
	policy, err := callPolicy()
	if err != nil {
		t.Fatal(err)
	}
	program, err := policy.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	if len(program) < 100 || len(program) > 4096 {
		t.Errorf("the filter has %d instructions", len(program))
	}
}

func TestARulesetFitsTheKernelsVersion(t *testing.T) {
	for _, c := range []struct {
		abi        int
		size       uintptr
		truncate   bool
		net, scope bool
	}{
		{1, 8, false, false, false},
		{2, 8, false, false, false},
		{3, 8, true, false, false},
		{4, 16, true, true, false},
		{5, 16, true, true, false},
		{6, 24, true, true, true},
		{99, 24, true, true, true},
	} {
		attr := ruleset(c.abi)
		if got := rulesetSize(c.abi); got != c.size {
			t.Errorf("ABI %d: size is %d, want %d", c.abi, got, c.size)
		}
		if got := attr.Handled_access_fs&unix.LANDLOCK_ACCESS_FS_TRUNCATE != 0; got != c.truncate {
			t.Errorf("ABI %d: truncation handled: %v", c.abi, got)
		}
		if (attr.Handled_access_net != 0) != c.net || (attr.Scoped != 0) != c.scope {
			t.Errorf("ABI %d: network %x, scopes %x", c.abi, attr.Handled_access_net, attr.Scoped)
		}
		for _, a := range []Access{Read, Write, Exec, Device} {
			if extra := rights(a) &^ uint64(rightsV5); extra != 0 {
				t.Errorf("%s asks for unknown rights %x", a, extra)
			}
		}
	}
}

func TestOnlyWritableMountsAreWritable(t *testing.T) {
	for _, c := range []struct {
		access                     Access
		readOnly, noExec, noDevice bool
	}{
		{Read, true, true, true},
		{Write, false, true, true},
		{Exec, true, false, true},
		{Device, true, true, false},
	} {
		attr := c.access.MountAttr()
		if attr&unix.MOUNT_ATTR_NOSUID == 0 {
			t.Errorf("%s honours set-user-id", c.access)
		}
		for bit, want := range map[uint64]bool{
			unix.MOUNT_ATTR_RDONLY: c.readOnly, unix.MOUNT_ATTR_NOEXEC: c.noExec, unix.MOUNT_ATTR_NODEV: c.noDevice,
		} {
			if got := attr&bit != 0; got != want {
				t.Errorf("%s: attribute %x is %v", c.access, bit, got)
			}
		}
	}
}
