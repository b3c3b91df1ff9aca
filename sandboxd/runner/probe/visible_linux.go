package probe

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// visible reports what of the surroundings can be seen.
func visible() []Row {
	var uts unix.Utsname
	_ = unix.Uname(&uts)
	groups, _ := os.Getgroups()
	var names []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	return []Row{
		fact("pid", os.Getpid()),
		fact("processes", strings.Join(otherProcesses(), " ")),
		fact("environment", strings.Join(names, " ")),
		fact("hostname", unix.ByteSliceToString(uts.Nodename[:])),
		fact("groups", fmt.Sprint(groups)),
		fact("descriptors", strings.Join(descriptors(), " ")),
	}
}

// otherProcesses lists what /proc shows, if there is one.
func otherProcesses() []string {
	entries, _ := os.ReadDir("/proc")
	var others []string
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil && id != os.Getpid() {
			others = append(others, e.Name())
		}
	}
	return others
}

// descriptors lists those that a new program would inherit beside the standard
// three.
func descriptors() []string {
	var found []string
	for fd := 3; fd < 1024; fd++ {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err == nil && flags&unix.FD_CLOEXEC == 0 {
			found = append(found, strconv.Itoa(fd))
		}
	}
	return found
}

// limits reports the resource limits.
func limits() []Row {
	var rows []Row
	for _, r := range []struct {
		name     string
		resource int
	}{
		{"core", unix.RLIMIT_CORE},
		{"nofile", unix.RLIMIT_NOFILE},
		{"fsize", unix.RLIMIT_FSIZE},
		{"memlock", unix.RLIMIT_MEMLOCK},
		{"nproc", unix.RLIMIT_NPROC},
		{"data", unix.RLIMIT_DATA},
		{"cpu", unix.RLIMIT_CPU},
	} {
		var limit unix.Rlimit
		if err := unix.Getrlimit(r.resource, &limit); err != nil {
			rows = append(rows, attempt(r.name, "", err))
			continue
		}
		rows = append(rows, fact(r.name, limit.Max))
	}
	return rows
}
