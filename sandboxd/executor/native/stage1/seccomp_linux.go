package stage1

import (
	"fmt"
	"os"
	"strings"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// allowed are the system calls of a Go program that runs a query engine. What
// is missing is the point: sockets, processes, mounts, links, tracing, keys,
// io_uring, modules, clocks that can be set. Names an architecture does not
// have are left out there.
const allowed = `
	read readv pread64 preadv write writev pwrite64 pwritev close lseek
	open openat fcntl flock fstat newfstatat stat lstat statx fstatfs statfs
	access faccessat faccessat2 readlink readlinkat getdents64 getcwd chdir
	unlink unlinkat mkdir mkdirat rmdir rename renameat renameat2
	truncate ftruncate fallocate fadvise64 fsync fdatasync sync_file_range
	dup dup2 dup3 pipe pipe2 eventfd2 poll ppoll select pselect6
	epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
	mmap munmap mprotect mremap madvise mincore brk membarrier
	futex set_robust_list get_robust_list rseq set_tid_address arch_prctl
	sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler getcpu
	rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
	nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time
	timer_create timer_settime timer_delete setitimer
	getpid gettid getppid getuid geteuid getgid getegid
	getrlimit getrusage times uname sysinfo getrandom
	execve exit exit_group`

// restrictCalls installs the filter. A call that is not allowed fails with
// EPERM rather than killing the process, so that the runner can still say what
// went wrong.
func restrictCalls(*builder) error {
	policy, err := callPolicy()
	if err != nil {
		return err
	}
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Policy: policy})
}

func callPolicy() (seccomp.Policy, error) {
	here, err := arch.GetInfo("")
	if err != nil {
		return seccomp.Policy{}, fmt.Errorf("system calls of this architecture: %w", err)
	}
	var names []string
	for _, name := range strings.Fields(allowed) {
		if _, ok := here.SyscallNames[name]; ok {
			names = append(names, name)
		}
	}
	return seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Action: seccomp.ActionAllow, Names: names},
			// Threads, but no processes. The newer call hides its flags behind a
			// pointer; told that it does not exist, C falls back to the older.
			{Action: seccomp.ActionAllow, NamesWithCondtions: []seccomp.NameWithConditions{
				onlyIf("clone", seccomp.BitsSet, unix.CLONE_THREAD),
				onlyIf("prctl", seccomp.Equal, unix.PR_SET_NAME),
				onlyIf("prctl", seccomp.Equal, unix.PR_GET_NAME),
				onlyIf("prctl", seccomp.Equal, unix.PR_SET_VMA),
				// Signals and limits for itself only. Exec keeps the process id.
				onlyIf("tgkill", seccomp.Equal, uint64(os.Getpid())), //nolint:gosec // never negative
				onlyIf("prlimit64", seccomp.Equal, 0),
				onlyIf("prlimit64", seccomp.Equal, uint64(os.Getpid())), //nolint:gosec // never negative
			}},
			{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: []string{"clone3"}},
		},
	}, nil
}

// onlyIf allows a call by its first argument.
func onlyIf(name string, op seccomp.Operation, value uint64) seccomp.NameWithConditions {
	return seccomp.NameWithConditions{
		Name:       name,
		Conditions: seccomp.ArgumentConditions{{Argument: 0, Operation: op, Value: value}},
	}
}
