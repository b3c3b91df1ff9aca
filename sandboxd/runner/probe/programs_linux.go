package probe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// The names of the attempts to run something. A container may let the runner start
// itself, which gains nothing: whoever judges can tell these apart.
const (
	runItself = "start a copy of the runner"
	runShell  = "start /bin/sh"
	runMemory = "run a file in memory"
	runTmp    = "run a file of the temporary directory"
)

// noProgram is what the kernel would be asked to run. It is executable by its
// mode and by nothing else, so that permission shows as "exec format error".
const noProgram = "this is not a program\n"

// programs tries to run what is not the runner itself.
func (p prober) programs() []Row {
	self, err := os.Executable()
	if err != nil {
		self = protocol.RunnerPath // without /proc
	}
	return []Row{
		started(runItself, self, "-version"),
		started(runShell, "/bin/sh", "-c", "exit 0"),
		tried(runMemory, executeMemory),
		tried(runTmp, p.executeTmp),
	}
}

// started starts a program and waits for its end.
func started(name, path string, args ...string) Row {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return attempt(name, "", err)
	}
	defer func() { _ = null.Close() }()
	process, err := os.StartProcess(path, append([]string{path}, args...), &os.ProcAttr{
		Files: []*os.File{null, null, null}, Env: []string{},
	})
	if err != nil {
		return attempt(name, "", err)
	}
	state, err := process.Wait()
	return attempt(name, fmt.Sprint(state), err)
}

func tried(name string, act func() error) Row {
	err := act()
	if errors.Is(err, unix.ENOEXEC) {
		return attempt(name, "the kernel would have run it", nil)
	}
	return attempt(name, "", err)
}

func executeMemory() error {
	fd, err := unix.MemfdCreate("probe", 0)
	if err != nil {
		return fmt.Errorf("memfd_create: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	if _, err := unix.Write(fd, []byte(noProgram)); err != nil {
		return err
	}
	// Which file is meant is said by the descriptor: the path is empty.
	var path byte
	var argv [2]*byte
	argv[0] = &path
	_, _, errno := unix.Syscall6(unix.SYS_EXECVEAT, uintptr(fd), uintptr(unsafe.Pointer(&path)), //nolint:gosec // pointers are the kernel's interface
		uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&argv[1])), unix.AT_EMPTY_PATH, 0) //nolint:gosec // as above
	return fmt.Errorf("execveat: %w", errno)
}

func (p prober) executeTmp() error {
	path := filepath.Join(p.tmp, ".leo-probe")
	if err := os.WriteFile(path, []byte(noProgram), 0o700); err != nil { //nolint:gosec // to be executable is the point
		return err
	}
	defer func() { _ = os.Remove(path) }()
	return fmt.Errorf("execve: %w", syscall.Exec(path, []string{path}, nil)) //nolint:gosec // a file of this function
}
