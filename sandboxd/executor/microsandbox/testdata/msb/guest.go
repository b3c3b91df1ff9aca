//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// signaled is the exit code of a program that a signal ended.
const signaled = 255

// What a machine's process inherits from the create that starts it.
const (
	// upFD is where it says that it listens.
	upFD = 3
	// lockFD is its lock, which goes with the process. It stays a bare number: an
	// os.File that nobody uses any more is closed by the collector, and the
	// machine would look stopped while it runs.
	lockFD = 4
)

// machineMain is the process of a machine. It runs one program at a time.
func machineMain(args []string) error {
	// The programs die with this thread.
	runtime.LockOSThread()
	unix.CloseOnExec(lockFD)
	dir := machineDir(args[0])
	if err := writeWhole(filepath.Join(dir, "pid"), []byte(strconv.Itoa(os.Getpid()))); err != nil {
		return err
	}
	var m machine
	config, err := os.ReadFile(filepath.Join(dir, "machine.json"))
	if err == nil {
		err = json.Unmarshal(config, &m)
	}
	if err != nil {
		return err
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "agent.sock"), Net: "unix"})
	if err != nil {
		return err
	}
	if ordered(bootHangs) {
		<-time.After(time.Hour) // where a signal ends it, as nobody has asked for them yet
	}
	g := &guest{machine: m, dir: dir, listener: listener}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go g.stopOn(signals)
	up := os.NewFile(upFD, "up")
	_, _ = up.WriteString("!")
	_ = up.Close()
	for {
		conn, err := listener.AcceptUnix()
		if err != nil {
			return nil // stopped
		}
		if err := g.serve(conn); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		_ = conn.Close()
	}
}

// guest is a machine that is up.
type guest struct {
	machine

	dir      string
	listener *net.UnixListener

	mu       sync.Mutex // guards what follows
	stopping bool
	proc     *os.Process
}

// stopOn ends the guest's program first, so that none is left when the machine's
// own process is gone.
func (g *guest) stopOn(signals <-chan os.Signal) {
	<-signals
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopping = true
	if g.proc != nil {
		_ = g.proc.Kill()
	}
	_ = g.listener.Close()
}

func (g *guest) started(proc *os.Process) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proc = proc
	if g.stopping {
		_ = proc.Kill()
	}
}

// serve runs the program of one msb exec, whose streams come with the request,
// and kills it when that exec is gone.
func (g *guest) serve(conn *net.UnixConn) error {
	buf, oob := make([]byte, 64<<10), make([]byte, 256)
	n, oobn, _, _, err := conn.ReadMsgUnix(buf, oob)
	if err != nil {
		return err
	}
	messages, err := syscall.ParseSocketControlMessage(oob[:oobn])
	if err != nil || len(messages) != 1 {
		return fmt.Errorf("no streams: %w", err)
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil {
		return err
	}
	var streams []*os.File
	for _, fd := range fds {
		streams = append(streams, os.NewFile(uintptr(fd), "stream"))
	}
	var p program
	if err := json.Unmarshal(buf[:n], &p); err != nil {
		return err
	}
	proc, err := g.start(p, streams)
	for _, f := range streams {
		_ = f.Close()
	}
	if err != nil {
		return err
	}
	g.started(proc)
	go func() {
		_, _ = conn.Read(make([]byte, 1)) // ends when the other side does
		_ = proc.Kill()
	}()
	over := make(chan struct{})
	go g.watchMemory(proc, over)
	state, err := proc.Wait()
	close(over)
	if err != nil {
		return err
	}
	code := state.ExitCode()
	if code < 0 {
		code = signaled
	}
	_, err = conn.Write([]byte{byte(code)})
	return err
}

// start makes the guest: namespaces, and in them the runner.
func (m machine) start(p program, streams []*os.File) (*os.Process, error) {
	config := stage1.Config{
		Namespaces: true, TmpBytes: m.Tmp, Rlimits: p.Rlimits, Args: p.Args,
		Mounts: []stage1.Mount{
			{Source: filepath.Join(imageDir(m.Image), protocol.RunnerPath), Target: protocol.RunnerPath, File: true, Access: stage1.Exec},
			{Source: "/dev/null", Target: "/dev/null", File: true, Access: stage1.Device},
			{Source: m.Data, Target: protocol.DataDir, Access: stage1.Read},
		},
	}
	if m.Out != "" {
		config.Mounts = append(config.Mounts, stage1.Mount{Source: m.Out, Target: protocol.OutDir, Access: stage1.Write})
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	files := append(streams, r)
	hostUID, hostGID, root := os.Getuid(), os.Getgid(), os.Geteuid() == 0
	if root {
		hostUID, hostGID = executor.UID, executor.UID
		// The guest's user may not walk to them.
		for i, mount := range config.Mounts {
			fd, err := stage1.OpenTree(mount.Source, mount.Access)
			if err != nil {
				return nil, err
			}
			file := os.NewFile(uintptr(fd), "mount")
			defer func() { _ = file.Close() }()
			config.Mounts[i].FD = len(files)
			files = append(files, file)
		}
	}
	document, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	proc, err := os.StartProcess("/proc/self/exe", []string{"msb", stage1.Command}, &os.ProcAttr{
		Dir: "/", Env: []string{}, Files: files,
		Sys: &syscall.SysProcAttr{
			Pdeathsig: syscall.SIGKILL, Setsid: true,
			Credential: &syscall.Credential{Uid: executor.UID, Gid: executor.UID, NoSetGroups: !root},
			Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
				unix.CLONE_NEWNS | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
			UidMappings:                []syscall.SysProcIDMap{{ContainerID: executor.UID, HostID: hostUID, Size: 1}},
			GidMappings:                []syscall.SysProcIDMap{{ContainerID: executor.UID, HostID: hostGID, Size: 1}},
			GidMappingsEnableSetgroups: root,
			AmbientCaps:                []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP},
		},
	})
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(document); err != nil {
		_ = proc.Kill()
	}
	return proc, nil
}

// watchMemory is the guest kernel's part: it kills for memory and says so.
func (g *guest) watchMemory(proc *os.Process, over <-chan struct{}) {
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-over:
			return
		case <-again.C:
		}
		var size, resident int64
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", proc.Pid))
		_, _ = fmt.Sscan(string(text), &size, &resident)
		if resident*int64(os.Getpagesize()) > g.Memory {
			news := "[    3.141593] Out of memory: Killed process 7 (leo-runner) total-vm:1kB, UID:65532\n"
			_ = os.WriteFile(filepath.Join(g.dir, "kernel.log"), []byte(news), 0o600)
			_ = proc.Kill()
			return
		}
	}
}
