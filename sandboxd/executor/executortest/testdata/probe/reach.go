package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// self is the path of this program, also where there is no /proc to ask.
func self() string {
	path, err := os.Executable()
	if err != nil {
		return protocol.RunnerPath
	}
	return path
}

// fork starts processes until it is refused, or as many as it was told to, and
// reports how many there were. They end before it answers.
func (p *probe) fork(arg string) {
	most, err := strconv.Atoi(arg)
	if err != nil {
		most = 1000
	}
	// A child that is left dies with the thread that started it.
	runtime.LockOSThread()
	var children []*exec.Cmd
	for len(children) < most {
		child := exec.Command(self(), "child")
		child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := child.Start(); err != nil {
			p.row("refused", err)
			break
		}
		children = append(children, child)
	}
	for _, child := range children {
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	p.row("started", len(children))
}

// grab uses so many bytes of memory.
func (p *probe) grab(arg string) {
	size, _ := strconv.Atoi(arg)
	var held [][]byte
	for range size >> 20 {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
	}
	p.row("held", len(held)<<20)
}

// start runs another program and reports what it says.
func (p *probe) start(path string) {
	out, err := exec.Command(path, "hello").Output()
	p.row(path, result(err, string(out)))
}

// become runs another program in its own place, which then answers.
func (p *probe) become(path string) {
	err := syscall.Exec(path, []string{"probe", "answer", p.req.ID}, nil)
	p.row(path, result(err, ""))
}

// answer is the response of the program that this one became.
func answer(id string) {
	p := &probe{resp: protocol.Response{
		ID: id, Status: protocol.OK, RowCount: 1,
		Columns: []protocol.Column{{Name: "name", Type: "VARCHAR"}, {Name: "value", Type: "VARCHAR"}},
	}}
	p.row("became", fmt.Sprintf("another program, effective uid %d.", os.Geteuid()))
	say(p.resp)
	os.Exit(0)
}

// nest makes a user namespace, in which a process is root.
func (p *probe) nest() {
	child := exec.Command(self(), "hello")
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
	out, err := child.Output()
	p.row("nest", result(err, string(out)))
}

// kill ends a process by every system call that sends signals.
func (p *probe) kill(arg string) {
	pid, _ := strconv.Atoi(arg)
	if pid <= 1 {
		p.fail("VALIDATION_ERROR", "no process to kill")
		return
	}
	p.row("kill", result(syscall.Kill(pid, syscall.SIGKILL), "killed"))
	p.row("tgkill", result(syscall.Tgkill(pid, pid, syscall.SIGKILL), "killed"))
}

// starve takes away a process's time.
func (p *probe) starve(arg string) {
	pid, _ := strconv.Atoi(arg)
	p.row("prlimit", result(limitCPU(pid), "limited"))
}

// dial says "ping" to "NETWORK ADDRESS" and waits for what comes back.
func (p *probe) dial(arg string) {
	network, address, _ := strings.Cut(arg, " ")
	conn, err := net.DialTimeout(network, address, 2*time.Second)
	if err != nil {
		p.row(arg, result(err, ""))
		return
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	back := make([]byte, 16)
	n := 0
	if _, err = conn.Write([]byte("ping")); err == nil {
		n, err = conn.Read(back)
	}
	p.row(arg, result(err, string(bytes.TrimSpace(back[:n]))))
}
