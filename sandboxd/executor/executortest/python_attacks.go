package executortest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

// attackPrelude begins every attack: what succeeds is put into achieved.
const attackPrelude = "import ctypes, os, socket, sys\nachieved = []\n"

// attempt is Python that evaluates each expression and notes those that succeed.
func attempt(expressions ...string) string {
	var b strings.Builder
	for _, e := range expressions {
		fmt.Fprintf(&b, "try:\n    achieved.append([%s, repr(%s)[:200]])\nexcept BaseException:\n    pass\n", strconv.Quote(e), e)
	}
	return b.String()
}

// each fills a template with each of the texts, quoted.
func each(template string, texts ...string) string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf(template, strconv.Quote(text)))
	}
	return attempt(all...)
}

// libc is a call of the C library that succeeded.
func libc(call string) string { return "ctypes.CDLL(None)." + call + " == 0 or 1 / 0" }

// attacks run with the policy off: what is left is the sandbox. Each program
// returns what it achieved, which should be nothing.
func (s *pythonSuite) attacks(t *testing.T) {
	host := s.Host
	if host == "" {
		host = t.TempDir()
	}
	canary := filepath.Join(host, "canary")
	if err := os.WriteFile(canary, []byte("song"), 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for name, source := range map[string]string{
		"files of the host":                    each("open(%s).read()", canary, "/etc/shadow", "/proc/1/root"+canary, "/var/run/docker.sock"),
		"directories of the host":              each("os.listdir(%s)", host, "/root", "/home", "/var"),
		"writing outside of its own directory": each("open(%s, 'w')", "/x", "/data/x", "/data/frames.npz", "/usr/lib/x", "/leo/harness/__main__.py", "/dev/x"),
		"changing what is there":               each("os.chmod(%s, 0o777)", "/data/frames.npz", "/usr/bin/python3.11", "/leo/harness") + each("os.unlink(%s)", "/data/frames.npz"),
		"connections": attempt("socket.create_connection(('127.0.0.1', "+port+"), 1)", "socket.create_connection(('169.254.169.254', 80), 1)",
			"socket.create_connection(('1.1.1.1', 53), 1)", "socket.create_connection(('::1', "+port+"), 1)"),
		"names":            each("socket.getaddrinfo(%s, 80)", "example.com", "metadata.google.internal"),
		"datagrams":        attempt("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53))"),
		"raw packets":      attempt("socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
		"shells":           each("os.execv(%s, ['sh', '-c', 'id'])", "/bin/sh", "/bin/bash", "/usr/bin/perl", "/bin/busybox"),
		"its own programs": "with open('/tmp/p', 'wb') as f: f.write(b'#!/usr/bin/python3.11\\n')\ntry: os.chmod('/tmp/p', 0o755)\nexcept OSError: pass\n" + attempt("os.execv('/tmp/p', ['p'])"),
		"rights": attempt("os.setuid(0)", "os.setgid(0)", "os.chroot('/tmp')", libc("unshare(0x10000000)"), libc("unshare(0x20000)"),
			libc("mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)"), libc("sethostname(b'x', 1)")),
		"other processes": attempt("os.kill(2, 0)", "os.kill(3, 0)", libc("ptrace(16, 1, 0, 0)")),
		"devices":         attempt("os.mknod('/tmp/d', 0o20666, os.makedev(1, 1))") + each("open(%s, 'rb')", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/kvm"),
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := s.code(t, attackPrelude+source+"\nresult = achieved")
			if err != nil {
				t.Fatalf("the program did not end by itself: %v", err)
			}
			if len(resp.Rows) != 0 {
				t.Errorf("achieved: %v", resp.Rows)
			}
		})
	}
	s.bombs(t)
}

// bombs ask for more threads, processes and space than there is.
func (s *pythonSuite) bombs(t *testing.T) {
	limits := executor.Limits{Pids: 32}
	for name, source := range map[string]string{
		"threads":   "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
		"processes": "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(60)",
		"space":     "with open('/tmp/x', 'wb') as f:\n    while True: f.write(bytes(1 << 20))",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := s.prepare(t, limits).Run(t.Context(), program(source))
			// Where no processes may be started at all, that is what it says.
			if code := fault.CodeOf(err); code != fault.ResourceExceeded && (name != "processes" || code != fault.PythonExecution) {
				t.Errorf("%v", err)
			}
		})
	}
}
