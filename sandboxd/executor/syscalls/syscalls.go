package syscalls

import "strings"

// allowed are the system calls of a Go program that runs a query engine, and of
// Python with pandas. What is missing is the point: sockets, processes, mounts,
// links, tracing, keys, io_uring, modules, clocks that can be set.
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

// Allowed returns the names of the calls that are allowed with any argument. An
// architecture may lack some of them.
func Allowed() []string { return strings.Fields(allowed) }

// Op says how an argument is compared.
type Op string

// The comparisons.
const (
	// Equal compares the whole argument.
	Equal Op = "equal"
	// BitsSet wants all of these bits set.
	BitsSet Op = "bits set"
)

// Rule allows a call when its first argument compares so.
type Rule struct {
	Name  string
	Op    Op
	Value uint64
}

// Linux's values, spelled out because the list is made on other systems, too.
const (
	cloneThread = 0x10000
	prSetName   = 15
	prGetName   = 16
	prSetVMA    = 0x53564d41
)

// Conditional returns the calls that are allowed with some arguments only, for a
// process whose id will be pid: threads, but no processes; signals and limits
// for itself only.
func Conditional(pid int) []Rule {
	self := uint64(max(0, pid))
	return []Rule{
		{"clone", BitsSet, cloneThread},
		{"prctl", Equal, prSetName},
		{"prctl", Equal, prGetName},
		{"prctl", Equal, prSetVMA},
		{"tgkill", Equal, self},
		{"prlimit64", Equal, 0},
		{"prlimit64", Equal, self},
	}
}

// Missing returns the calls a filter answers with ENOSYS instead of EPERM.
// clone3 hides its flags behind a pointer; told that it does not exist, C falls
// back to clone.
func Missing() []string { return []string{"clone3"} }
