package probe

import (
	"os"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// orders are the acts by their names.
func (p prober) orders() map[string]func(args []string) ([]Row, error) {
	plain := func(act func() []Row) func([]string) ([]Row, error) {
		return func([]string) ([]Row, error) { return act(), nil }
	}
	each := func(act func(string) Row) func([]string) ([]Row, error) {
		return func(args []string) ([]Row, error) {
			rows := make([]Row, len(args))
			for i, arg := range args {
				rows[i] = act(arg)
			}
			return rows, nil
		}
	}
	return map[string]func(args []string) ([]Row, error){
		"network":  func(args []string) ([]Row, error) { return network(args), nil },
		"read":     each(read),
		"write":    each(write),
		"programs": plain(p.programs),
		"rights":   plain(p.rights),
		"visible":  plain(visible),
		"limits":   plain(limits),
		"memory":   plain(memory),
		"threads":  plain(threads),
		"wedge":    plain(wedge),
		"flood": func(args []string) ([]Row, error) {
			rows, err := flood(args)
			for range rows {
				_, _ = os.Stderr.WriteString(strings.Repeat("flood ", 1<<10/6) + "\n")
			}
			return rows, err
		},
	}
}

// memory touches pages until something stops it.
func memory() []Row {
	var held [][]byte
	for range 1 << 12 {
		block := make([]byte, 16<<20)
		for i := 0; i < len(block); i += os.Getpagesize() {
			block[i] = 1
		}
		held = append(held, block)
	}
	return []Row{attempt("memory", "64 GiB", nil), fact("blocks", len(held))}
}

// threads blocks one thread after another until there are no more to be had, which
// ends the process.
func threads() []Row {
	const many = 4096
	for range many {
		running := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(running)
			for {
				_ = unix.Nanosleep(&unix.Timespec{Sec: 3600}, nil)
			}
		}()
		<-running
	}
	return []Row{fact("threads", many)}
}

// wedge stops the process for good: its only processor waits in a call the
// scheduler does not know about, on a thread that takes no signals.
func wedge() []Row {
	runtime.GOMAXPROCS(1)
	runtime.LockOSThread()
	all := ^uint64(0)
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK,
		uintptr(unsafe.Pointer(&all)), 0, unsafe.Sizeof(all), 0, 0) //nolint:gosec // the kernel's interface is a pointer to a set
	hour := unix.Timespec{Sec: 3600}
	for {
		_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&hour)), 0, 0) //nolint:gosec // as above
	}
}
