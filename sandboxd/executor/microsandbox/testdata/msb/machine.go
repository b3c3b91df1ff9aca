//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// machine is what create was told.
type machine struct {
	Image, Data, Out string
	Memory, Tmp      int64
}

// program is what exec asks a machine to run.
type program struct {
	Args    []string
	Rlimits stage1.Rlimits
}

func create(args []string) error {
	values, rest := flags(args, map[string]bool{
		"--name": true, "--quiet": false, "--pull": true, "--log-level": true, "--cpus": true, "--memory": true,
		"--max-duration": true, "--no-net": false, "--security": true, "--deployment-profile": true, "--user": true,
		"--hostname": true, "--workdir": true, "--root-disk": true, "--tmpfs": true, "--mount-dir": true,
	})
	m := machine{Image: rest[0], Memory: mebibytes(values["--memory"][0])}
	for _, spec := range values["--tmpfs"] {
		if parts := strings.Split(spec, ":"); parts[0] == protocol.TmpDir {
			m.Tmp = mebibytes(parts[1])
		}
	}
	for _, spec := range values["--mount-dir"] {
		switch parts := strings.Split(spec, ":"); parts[1] {
		case protocol.DataDir:
			m.Data = parts[0]
		case protocol.OutDir:
			m.Out = parts[0]
		}
	}
	if _, err := os.Stat(imageDir(m.Image)); err != nil {
		return fmt.Errorf("image error: image not cached: docker.io/library/%s", m.Image)
	}
	lock, err := m.prepare(values["--name"][0])
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	return boot(values["--name"][0], lock)
}

func mebibytes(text string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(text, "M"), 10, 64)
	return n << 20
}

// prepare makes the machine's directory and returns its lock, which is held: by
// this process until the machine's own has it too, so that there is no moment in
// which a machine is about to run and looks stopped.
func (m machine) prepare(name string) (lock *os.File, err error) {
	dir := machineDir(name)
	config, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(home(), "db"), 0o700), os.MkdirAll(filepath.Dir(dir), 0o700)); err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("sandbox already exists: %s", name)
	}
	// This is what uid= and gid= of a mount do.
	if m.Out != "" && os.Geteuid() == 0 {
		if err := os.Chown(m.Out, executor.UID, executor.UID); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "machine.json"), config, 0o600); err != nil {
		return nil, err
	}
	lock, err = openLock(name)
	if err == nil {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	return lock, err
}

// openLock opens the file that a machine's process keeps locked as long as it
// lives.
func openLock(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(machineDir(name), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}

// boot starts the machine's process, which nobody waits for, and returns when it
// listens.
func boot(name string, lock *os.File) error {
	if ordered(noBoot) {
		return fmt.Errorf("failed to start %q\n  → other: sandbox process exited (exit status: 1) before agent relay became available", name)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe", "machine", name)
	// From the third descriptor on: see machineMain.
	cmd.Env, cmd.ExtraFiles = os.Environ(), []*os.File{w, lock}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	_ = w.Close()
	if n, _ := r.Read(make([]byte, 1)); n != 1 {
		return fmt.Errorf("failed to start %q", name)
	}
	return nil
}

// execute is msb exec.
func execute(args []string) error {
	values, rest := flags(args, map[string]bool{
		"--quiet": false, "--stream": false, "--user": true, "--workdir": true, "--rlimit": true,
	})
	if err := known(rest[0]); err != nil {
		return err
	}
	if ordered(silentRunner) {
		return nil
	}
	p := program{Args: rest[1:]}
	for _, limit := range values["--rlimit"] {
		resource, text, _ := strings.Cut(limit, "=")
		n, _ := strconv.ParseUint(text, 10, 64)
		switch resource {
		case "nofile":
			p.Rlimits.Files = n
		case "nproc":
			p.Rlimits.Processes = n
		case "fsize":
			p.Rlimits.FileSize = n
		}
	}
	request, err := json.Marshal(p)
	if err != nil {
		return err
	}
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: filepath.Join(machineDir(rest[0]), "agent.sock"), Net: "unix"})
	if err != nil {
		return err
	}
	if _, _, err := conn.WriteMsgUnix(request, syscall.UnixRights(0, 1, 2), nil); err != nil {
		return err
	}
	code := make([]byte, 1)
	if n, _ := conn.Read(code); n != 1 {
		return errors.New("exec session ended without exit event")
	}
	os.Exit(int(code[0]))
	return nil
}
