package stage1

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ExitFailed is the status of a sandbox that could not be built.
const ExitFailed = 125

// maxConfig bounds the configuration, in bytes.
const maxConfig = 1 << 20

// step is one part of the lockdown. A softer one is skipped on failure where
// the configuration asks for best effort.
type step struct {
	name   string
	softer bool
	run    func(*builder) error
}

// builder carries what one step leaves for the next.
type builder struct {
	Config

	trees []int // open mounts, in the order of Config.Mounts
	facts Facts
}

// Main builds the sandbox described on [ConfigFD], or with the argument [FromStdin] on
// standard input, and becomes the program named there. It returns only when that failed,
// after saying why on standard error, or after a report; the result is the exit status.
func Main(args []string) int {
	// Restrictions belong to the thread, and so does the exec that spreads them.
	runtime.LockOSThread()
	b := &builder{}
	read := b.read
	if slices.Contains(args, FromStdin) {
		read = b.readLine
	}
	if err := read(); err != nil {
		return b.failed("configuration", err)
	}
	steps, err := without(lockdown(), b.Skip)
	if err != nil {
		return b.failed("configuration", err)
	}
	if b.Namespaces {
		steps = append(construction(), steps...)
	}
	for _, s := range steps {
		if err := s.run(b); err != nil && (!s.softer || !b.BestEffort) {
			return b.failed(s.name, err)
		}
	}
	if b.Report {
		return b.report()
	}
	return b.failed("exec", unix.Exec(b.Args[0], b.Args, []string{}))
}

// construction is what needs namespaces.
func construction() []step {
	return []step{
		{name: "private mounts", run: privateMounts},
		{name: "open mounts", run: openTrees},
		{name: "root", run: mountRoot},
		{name: "attach mounts", run: attachTrees},
		{name: "tmp", run: mountTmp},
		{name: "pivot root", run: pivotRoot},
		{name: "hostname", run: func(*builder) error { return unix.Sethostname([]byte("sandbox")) }},
	}
}

// lockdown is what every sandbox gets.
func lockdown() []step {
	return []step{
		{name: "rlimits", run: setRlimits},
		{name: "capabilities", run: dropCapabilities},
		{name: "no new privileges", run: noNewPrivileges},
		{name: "facts", run: observe},
		{name: "landlock", softer: true, run: restrictFiles},
		{name: "parent death", run: dieWithParent},
		{name: "descriptors", run: closeOnExec},
		{name: "seccomp", softer: true, run: restrictCalls},
	}
}

// without takes steps out, by name.
func without(steps []step, skip []string) ([]step, error) {
	for _, name := range skip {
		i := slices.IndexFunc(steps, func(s step) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no step %q to skip", name)
		}
		steps = slices.Delete(steps, i, i+1)
	}
	return steps, nil
}

func (b *builder) read() error {
	file := os.NewFile(ConfigFD, "config")
	if file == nil {
		return errors.New("no configuration descriptor")
	}
	data, err := io.ReadAll(io.LimitReader(file, maxConfig))
	if err != nil {
		return err
	}
	if err := b.decode(data); err != nil {
		return err
	}
	return file.Close()
}

// readLine reads the configuration from standard input, byte by byte.
func (b *builder) readLine() error {
	var line []byte
	var one [1]byte
	for len(line) < maxConfig {
		n, err := unix.Read(unix.Stdin, one[:])
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return fmt.Errorf("standard input: %w", err)
		case n == 0:
			return io.ErrUnexpectedEOF
		case one[0] == '\n':
			return b.decode(line)
		}
		line = append(line, one[0])
	}
	return errors.New("too long")
}

func (b *builder) decode(data []byte) error {
	// A parent that died before it finished leaves a document that does not end.
	if err := json.Unmarshal(data, &b.Config); err != nil {
		return err
	}
	if len(b.Args) == 0 && !b.Report {
		return errors.New("nothing to run")
	}
	return nil
}

func (b *builder) failed(what string, err error) int {
	fmt.Fprintf(os.Stderr, "%s: %s: %v\n", Command, what, err)
	return ExitFailed
}

func setRlimits(b *builder) error {
	r := b.Rlimits
	for _, limit := range []struct {
		resource int
		value    uint64
		always   bool
	}{
		{unix.RLIMIT_CORE, 0, true},
		{unix.RLIMIT_MEMLOCK, 0, true},
		{unix.RLIMIT_FSIZE, r.FileSize, false},
		{unix.RLIMIT_NOFILE, r.Files, false},
		{unix.RLIMIT_NPROC, r.Processes, false},
		{unix.RLIMIT_CPU, r.CPUSeconds, false},
		{unix.RLIMIT_DATA, r.Data, false},
		{unix.RLIMIT_AS, r.AddressSpace, false},
	} {
		if limit.value == 0 && !limit.always {
			continue
		}
		if err := unix.Setrlimit(limit.resource, &unix.Rlimit{Cur: limit.value, Max: limit.value}); err != nil {
			return fmt.Errorf("resource %d to %d: %w", limit.resource, limit.value, err)
		}
	}
	unix.Umask(0o022)
	return nil
}

// dropCapabilities clears every set a capability could come back from.
func dropCapabilities(*builder) error {
	for c := uintptr(0); c <= 63; c++ {
		err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
		if errors.Is(err, unix.EINVAL) {
			break // past the last one the kernel knows
		}
		// Without a user namespace an ordinary user has none to drop.
		if err != nil && !errors.Is(err, unix.EPERM) {
			return fmt.Errorf("bounding set: %w", err)
		}
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("ambient set: %w", err)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&header, &none[0])
}

func noNewPrivileges(*builder) error {
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

func observe(b *builder) error {
	b.facts.PID, b.facts.UID = os.Getpid(), os.Getuid()
	if b.Report {
		b.facts.Processes = processes()
	}
	return nil
}

// processes reads the bound of the cgroup, of either version, that a container sees as
// the root of them all.
func processes() int64 {
	for _, file := range []string{"/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"} {
		text, err := os.ReadFile(file) //nolint:gosec // one of two
		if err != nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil {
			return 0 // "max"
		}
		return n
	}
	return 0
}

// dieWithParent repeats what the parent has asked for at the start: that request
// belonged to the first thread, and exec replaces it with this one.
func dieWithParent(b *builder) error {
	if b.Adopted {
		return nil
	}
	return unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0)
}

func closeOnExec(*builder) error {
	return unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
}

// report says what holds now, by trying it.
func (b *builder) report() int {
	if _, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0); errors.Is(err, unix.EPERM) {
		b.facts.Seccomp = true
	}
	if fd, err := unix.Open("/etc", unix.O_RDONLY|unix.O_DIRECTORY, 0); err == nil {
		b.facts.HostVisible = true
		_ = unix.Close(fd)
	}
	if err := json.NewEncoder(os.Stdout).Encode(b.facts); err != nil {
		return b.failed("report", err)
	}
	return 0
}
